"""A saved page's bytes, read in the page by a test that mounts a widget itself."""

BYTES_OF = """async ({ encoding, size, stride, data }) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  if (encoding === "base64") return bytes;
  const numbers = window.unpackLzma(bytes, size);
  if (stride) numbers.forEach((_, i) => { if (i >= stride) numbers[i] += numbers[i - stride]; });
  return numbers;
}"""
