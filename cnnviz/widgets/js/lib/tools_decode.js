// A picture from a file or the clipboard, decoded by the browser and made one that the network reads. Nothing is sent
// anywhere.

import { coverBox, planesOf, resampledRgb } from "./tools_resize.js";

/** @import { PictureBox, PictureSize } from "./tools_resize.js" */

const MOST_PIXELS = 50e6;
const FINE = 4; // the browser shrinks to so many times what is wanted, whatever the photograph's size; the rest is ours

/**
 * @param {Blob} file
 * @param {{channels: number, height: number, width: number}} wanted
 * @returns {Promise<Uint8Array>} planes of bytes; rejects with a sentence for the reader
 */
export async function decodePicture(file, wanted) {
  await refuseLarge(file);
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => refuseFile(file));
  try {
    const box = coverBox(bitmap, wanted);
    const { image, part } = pixelsOf(bitmap, box, wanted);
    return planesOf(resampledRgb(image, part, wanted), wanted.channels);
  } finally {
    bitmap.close();
  }
}

/** Its size is known before its pixels are decoded. @param {Blob} file */
async function refuseLarge(file) {
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = address;
    });
  } catch {
    refuseFile(file);
  } finally {
    URL.revokeObjectURL(address);
  }
  const pixels = image.naturalWidth * image.naturalHeight;
  if (pixels <= MOST_PIXELS) return;
  const millions = Math.round(pixels / 1e6);
  throw new Error(`This picture has ${millions} million pixels; at most ${MOST_PIXELS / 1e6} million are read. Make it smaller first.`);
}

/** @param {Blob} file @returns {never} */
function refuseFile(file) {
  const name = "name" in file ? `${file.name} ` : "It ";
  throw new Error(`${name}is not a picture that this browser can read: take a JPEG, PNG or WebP file. Nothing has changed.`);
}

/**
 * The part's pixels over white, and where in them it is.
 * @param {ImageBitmap} bitmap
 * @param {PictureBox} box
 * @param {PictureSize} wanted
 */
function pixelsOf(bitmap, box, wanted) {
  const large = box.width > FINE * wanted.width;
  const [left, top] = large ? [box.left, box.top] : [Math.floor(box.left), Math.floor(box.top)];
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  const [width, height] = large ? [box.width, box.height] : [Math.ceil(right) - left, Math.ceil(bottom) - top];
  const size = large ? { width: FINE * wanted.width, height: FINE * wanted.height } : { width, height };
  const canvas = Object.assign(document.createElement("canvas"), size);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size.width, size.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, left, top, width, height, 0, 0, size.width, size.height);
  const part = large ? { left: 0, top: 0, ...size } : { left: box.left - left, top: box.top - top, width: box.width, height: box.height };
  return { image: context.getImageData(0, 0, size.width, size.height), part };
}
