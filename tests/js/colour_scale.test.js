import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { SHADES, colourTable, packRgb, picturePixels } from "../../cnnviz/widgets/js/lib/colour_scale.js";
import { RING, cssRgb, mixRgb, parseHex, readableOn, scaleFor } from "../../cnnviz/widgets/js/lib/draw.js";

/** @import { Palette, Rgb } from "../../cnnviz/widgets/js/lib/draw.js" */

const palette = /** @type {Palette} */ ({
  paper: [253, 253, 251],
  ink: [34, 37, 43],
  negative: [47, 109, 181],
  positive: [217, 124, 17],
  wrong: [176, 24, 111],
  input: [47, 109, 181],
});
/** The light theme of tokens.css, and the dark one. */
function themes() {
  const css = readFileSync(new URL("../../cnnviz/widgets/css/tokens.css", import.meta.url), "utf8");
  return css.split(".cnnviz.cnnviz-dark").map((block) => {
    const colours = [...block.matchAll(/--cnnviz-(\w+): (#\w{6})/g)].map(([, name, hex]) => [name, parseHex(hex)]);
    return /** @type {Palette} */ (Object.fromEntries(colours));
  });
}

const unpack = (/** @type {number} */ p) => /** @type {Rgb} */ ([p & 255, (p >> 8) & 255, (p >> 16) & 255]);
const luminance = (/** @type {Rgb} */ rgb) =>
  rgb
    .map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (/** @type {Rgb} */ a, /** @type {Rgb} */ b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};

test("zero is paper, the ends are the two hues, and what is no number is the wrong hue", () => {
  const { shades } = colourTable(palette);
  assert.deepEqual(unpack(shades[SHADES]), palette.paper);
  assert.deepEqual(unpack(shades[2 * SHADES + 1]), palette.wrong);
  const [least, most] = [unpack(shades[0]), unpack(shades[2 * SHADES])];
  assert.ok(least[2] > least[0] && most[0] > most[2]);
});

test("the scale is readable in grey: larger magnitudes are darker on light paper", () => {
  const { shades } = colourTable(palette);
  for (let i = 1; i <= SHADES; i++) {
    assert.ok(luminance(unpack(shades[SHADES + i])) <= luminance(unpack(shades[SHADES + i - 1])) + 1e-3);
    assert.ok(luminance(unpack(shades[SHADES - i])) <= luminance(unpack(shades[SHADES - i + 1])) + 1e-3);
  }
});

test("a number on any shade of any scale has a contrast of 4.5, light and dark", () => {
  for (const theme of themes()) {
    for (const hue of [theme.positive, theme.input, theme.parameter, theme.output]) {
      const { shades, text } = colourTable(theme, hue);
      for (const [i, shade] of shades.entries()) {
        const written = /** @type {Rgb} */ (text[i].match(/\d+/g)?.map(Number));
        assert.ok(contrast(unpack(shade), written) >= 4.5, `shade ${i} under ${text[i]}`);
      }
      assert.equal(text[SHADES], cssRgb(theme.ink)); // on nothing: as any other text
    }
  }
});

test("in a stepper's cells too: every value, padding, zeros and what is no number", () => {
  for (const theme of themes()) {
    for (const hue of [theme.positive, theme.input, theme.parameter, theme.output, theme.negative]) {
      for (let shade = 0; shade <= SHADES; shade++) {
        const full = scaleFor(Float32Array.of(SHADES), hue, theme).colour(shade);
        const ring = mixRgb(theme.paper, full, RING);
        for (const [on, wish] of /** @type {const} */ ([[full, theme.ink], [ring, theme.quiet], [theme.paper, theme.wrong]])) {
          assert.ok(contrast(on, readableOn(on, theme, wish)) >= 4.5, `${cssRgb(hue)} at ${shade}`);
        }
      }
    }
    assert.equal(readableOn(theme.paper, theme, theme.quiet), theme.quiet);
    assert.equal(readableOn(theme.paper, theme, theme.wrong), theme.wrong);
  }
});

test("a packed colour is opaque", () => {
  assert.equal(packRgb(1, 2, 3), 0xff030201);
});

test("a grey picture runs from paper to the input's hue, a colour picture is itself", () => {
  const grey = picturePixels({ channels: 1, height: 1, width: 2, data: Uint8Array.of(0, 255) }, palette);
  assert.deepEqual([...grey].map(unpack), [palette.paper, palette.input]);
  const colour = picturePixels({ channels: 3, height: 1, width: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, palette);
  assert.deepEqual([...colour].map(unpack), [[1, 3, 5], [2, 4, 6]]);
});
