"""Cut STIX Two Math down to what the book's formulas use: book/_static/fonts/stix-math.woff2.

    npm pack @fontsource/stix-two-math && tar xzf fontsource-stix-two-math-*.tgz
    pip install fonttools brotli
    python scripts/build_math_font.py package/files/stix-two-math-latin-400-normal.woff2

The MATH table stays, so that roots, fractions and big brackets are drawn right. Licence: OFL 1.1 (fonts/OFL.txt).
"""

import sys
from pathlib import Path

from fontTools import subset

TARGET = Path(__file__).resolve().parent.parent / "book" / "_static" / "fonts" / "stix-math.woff2"
# Latin, Greek, punctuation, letterlike and double-struck, arrows, operators, brackets, mathematical alphabets.
KEPT = (
    "U+0020-007E,U+00A0-00FF,U+0391-03C9,U+03D1,U+03D5,U+03F5,U+2010-2027,U+2032-2034,U+2044,U+2061-2064,U+20D7,"
    "U+210B-2113,U+2115,U+211D,U+2124,U+2190-21D4,U+2200-22FF,U+2308-230B,U+27E8-27E9,U+2A00-2A02,U+2A7D,U+2A7E,"
    "U+1D400-1D467,U+1D49C-1D4CF,U+1D6A4-1D6E1,U+1D6FC-1D71B,U+1D7CE-1D7D7"
)

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    subset.main(
        [
            sys.argv[1],
            f"--unicodes={KEPT}",
            "--flavor=woff2",
            "--layout-features=*",
            "--no-hinting",
            f"--output-file={TARGET}",
        ]
    )
