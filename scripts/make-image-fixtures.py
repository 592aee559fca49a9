"""Makes test/fixtures/images: small pictures of every kind and what Pillow reads from them (needs Pillow and numpy).

Usage: python scripts/make-image-fixtures.py [FOLDER]
pixels.json: per file the size and the SHA-256 of its RGB bytes as transformers' load_image gives them (EXIF applied, transparency
over white, 16 bits cut to 8); per resize case the same after Pillow's bicubic resize.
"""
import hashlib
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "test/fixtures/images")
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(0)
y, x = np.mgrid[0:41, 0:63]
waves = np.stack([128 + 100 * np.sin(x / 9), 128 + 100 * np.cos(y / 7), (x * 3 + y * 2) % 256], -1)
image = Image.fromarray(np.clip(waves + rng.normal(0, 8, waves.shape), 0, 255).astype("uint8"))

profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
tag = profile.find(b"rXYZ")
place = int.from_bytes(profile[tag + 4 : tag + 8], "big")
profile[place + 8 : place + 12] = int(0.6 * 65536).to_bytes(4, "big")  # another red: colours change if anyone minds the profile
wide = bytes(profile)

image.save(folder / "plain.png")
image.save(folder / "plain.jpg", quality=90)
image.save(folder / "progressive.jpg", quality=85, progressive=True)
image.convert("CMYK").save(folder / "cmyk.jpg")
for turn in range(2, 9):
    rotated = Image.Exif()
    rotated[0x112] = turn
    image.save(folder / f"exif-{turn}.{['jpg', 'png', 'webp'][turn % 3]}", exif=rotated, lossless=True)
image.save(folder / "wide-gamut.jpg", icc_profile=wide)
image.save(folder / "wide-gamut.png", icc_profile=wide)
image.save(folder / "wide-gamut.webp", icc_profile=wide, lossless=True)
image.save(folder / "plain.gif")
image.save(folder / "plain.bmp")
image.convert("L").save(folder / "grey.png")
image.quantize(50).save(folder / "palette.png", transparency=3)
alpha = ((x * 3) % 256)[..., None].astype("uint8")
Image.fromarray(np.concatenate([np.array(image), alpha], -1)).save(folder / "alpha.png")
Image.fromarray(np.array(image.convert("L")).astype("uint16") * 257).save(folder / "grey-16.png")
raw = (folder / "plain.png").read_bytes()
chunk = b"gAMA" + struct.pack(">I", 100000)
gamma = struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
(folder / "gamma.png").write_bytes(raw[:33] + gamma + raw[33:])


def pixels(path):
    read = ImageOps.exif_transpose(Image.open(path))
    if "A" in read.getbands() or "transparency" in read.info:
        read = read.convert("RGBA")
        read = Image.alpha_composite(Image.new("RGBA", read.size, (255, 255, 255, 255)), read)
    elif read.mode.startswith("I"):
        read = Image.fromarray((np.array(read) // 256).astype("uint8"))
    return read.convert("RGB")


def entry(picture):
    return {"width": picture.width, "height": picture.height, "sha256": hashlib.sha256(picture.tobytes()).hexdigest()}


files = sorted(path for path in folder.iterdir() if path.suffix != ".json")
sizes = [(56, 28), (28, 56), (20, 13), (126, 84), (64, 41), (1, 1), (63, 7), (200, 300)]
report = {
    "files": {path.name: entry(pixels(path)) for path in files},
    "resized": [entry(image.resize(size, Image.Resampling.BICUBIC)) for size in sizes],
}
(folder / "pixels.json").write_text(json.dumps(report, indent=1) + "\n")
