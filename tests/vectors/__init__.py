"""Cases made with torch, on which the page's JavaScript and cnnviz.nn are both checked."""
