"""Pictures as a model reads them: upright, in its channels and size, and never larger than memory bears."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.cli._pictures import input_scale, read_names, read_pictures
from cnnviz.cli._say import Refusal

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 4, 3), np.uint8)


def test_a_picture_of_the_right_size_is_read_as_it_is(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    pictures, said = read_pictures([tmp_path / "a.png"], 3, (6, 4))
    np.testing.assert_array_equal(pictures, PIXELS.transpose(2, 0, 1)[None])
    assert said == [f"{tmp_path / 'a.png'}: 6 x 4"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_honoured(tmp_path: Path, orientation: int) -> None:
    turned = {
        1: PIXELS,
        2: PIXELS[:, ::-1],
        3: PIXELS[::-1, ::-1],
        4: PIXELS[::-1],
        5: PIXELS.transpose(1, 0, 2),
        6: np.rot90(PIXELS, 1),
        7: PIXELS[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(PIXELS, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(turned[orientation])).save(tmp_path / "a.png", exif=exif)
    pictures, said = read_pictures([tmp_path / "a.png"], 3, (6, 4))
    np.testing.assert_array_equal(pictures[0].transpose(1, 2, 0), PIXELS)
    assert ("turned as its EXIF says" in said[0]) == (orientation != 1)


def test_transparency_lies_over_white(tmp_path: Path) -> None:
    clear = np.zeros((2, 2, 4), np.uint8)
    clear[0, 0] = 10, 20, 30, 255
    Image.fromarray(clear).save(tmp_path / "a.png")
    pictures, said = read_pictures([tmp_path / "a.png"], 3, (2, 2))
    assert pictures[0, :, 0, 0].tolist() == [10, 20, 30]
    assert (pictures[0, :, 1] == 255).all()
    assert said[0].endswith("2 x 2, RGBA made RGB")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "CMYK", "I;16", "F"])
def test_every_mode_becomes_grey_or_colour(tmp_path: Path, mode: str) -> None:
    grey = Image.fromarray(np.full((2, 2), 200, np.uint8))
    image = Image.fromarray(np.full((2, 2), 200 * 257, np.uint16)) if mode == "I;16" else grey.convert(mode)
    image.save(tmp_path / "a.tif")
    level = 255 if mode == "1" else 200
    for channels in (1, 3):
        pictures, _ = read_pictures([tmp_path / "a.tif"], channels, (2, 2))
        assert pictures.shape == (1, channels, 2, 2)
        assert np.abs(pictures.astype(int) - level).max() <= 1


def test_what_was_done_is_said(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((100, 200, 3), np.uint8)).save(tmp_path / "a.png")
    assert read_pictures([tmp_path / "a.png"], 3, (50, 100))[1][0].endswith("100 x 200, resized to 50 x 100")
    assert read_pictures([tmp_path / "a.png"], 3, (50, 50))[1][0].endswith("100 x 200, resized and cropped to 50 x 50")


def test_the_middle_is_kept_when_a_picture_is_cropped(tmp_path: Path) -> None:
    wide = np.zeros((10, 30), np.uint8)
    wide[:, 10:20] = 255
    Image.fromarray(wide).save(tmp_path / "a.png")
    assert (read_pictures([tmp_path / "a.png"], 1, (10, 10))[0] == 255).all()


def test_a_picture_of_more_than_64_megapixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 9000, 9000, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(png)
    with pytest.raises(Refusal, match="has 9000 x 9000 pixels, more than 64 million: make it smaller"):
        read_pictures([tmp_path / "bomb.png"], 3, (2, 2))


def test_a_picture_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(whole, "PNG")
    (tmp_path / "a.png").write_bytes(whole.getvalue()[:3000])
    with pytest.raises(Refusal, match=r"a\.png cannot be read as a picture: .*truncated"):
        read_pictures([tmp_path / "a.png"], 3, (2, 2))


def test_mean_and_std_are_those_of_torchvisions_normalize() -> None:
    scale, shift = input_scale("0.485,0.456,0.406", "0.229,0.224,0.225", None, None) or ([], [])
    levels = np.array([0.0, 100.0, 255.0])[:, None]
    expected = (levels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    np.testing.assert_allclose(levels * scale + shift, expected)


def test_names_are_lines(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("cat\n</script>\n\u00c4pfel, rot\n", encoding="utf-8")
    assert read_names(tmp_path / "n.txt") == ["cat", "</script>", "Äpfel, rot"]


def test_postscript_which_pillow_would_have_run_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 2 2\nshowpage\n")
    with pytest.raises(Refusal, match="is no picture of PNG, JPEG, "):
        read_pictures([tmp_path / "a.png"], 1, (2, 2))


@pytest.mark.parametrize(("kind", "level"), [(np.float32, 0.5), (np.float32, 300), (np.int32, 65535), (np.int32, -1)])
def test_numbers_that_would_be_cut_off_are_refused(tmp_path: Path, kind: type, level: float) -> None:
    Image.fromarray(np.full((2, 2), level, kind)).save(tmp_path / "a.tif")
    with pytest.raises(Refusal, match="numbers of 32 bits from 0 to 255, got"):
        read_pictures([tmp_path / "a.tif"], 1, (2, 2))
