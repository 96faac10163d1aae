"""The figures: plain data in, an anywidget out. One class and one `js/<name>.js` each."""
