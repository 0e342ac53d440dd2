"""What the tests of view and stats share: pictures as they are in PNG files."""
import os
import struct
import subprocess
import zlib

from pack_common import check, np

MASKED, SPOT, RING = (176, 196, 222), (220, 30, 30), (0, 110, 190)  # of the map grey


def chunks_of(raw):
    """Name and content of each chunk, whose checksum must be right."""
    check(raw[:8] == b"\x89PNG\r\n\x1a\n", "no PNG file")
    at = 8
    while at < len(raw):
        length, name = struct.unpack(">I4s", raw[at:at + 8])
        content = raw[at + 8:at + 8 + length]
        checksum, = struct.unpack(">I", raw[at + 8 + length:at + 12 + length])
        check(checksum == zlib.crc32(name + content), "checksum of %s" % name)
        yield name, content
        at += 12 + length


def nearest(left, above, corner):
    """Paeth's predictor."""
    guess = left + above - corner
    return min((abs(guess - left), 0, left), (abs(guess - above), 1, above),
               (abs(guess - corner), 2, corner))[2]


def restore_line(way, line, above):
    """Takes the filter of a line of RGB pixels back."""
    if way == 0:
        return line
    if way == 2:
        return (line + above) % 256
    if way == 1:
        return (np.cumsum(line.reshape(-1, 3), 0) % 256).ravel()
    restored = [0] * 3
    for i, (value, up) in enumerate(zip(line.tolist(), above.tolist())):
        left, corner = restored[i], int(above[i - 3]) if i >= 3 else 0
        expected = (left + up) // 2 if way == 3 else nearest(left, up, corner)
        restored.append((value + expected) % 256)
    return np.array(restored[3:])


def read_png(name):
    """The pixels of an RGB picture: height, width, 3."""
    with open(name, "rb") as file:
        found = list(chunks_of(file.read()))
    width, height, *form = struct.unpack(">IIBBBBB", found[0][1])
    check(form == [8, 2, 0, 0, 0], "no plain RGB picture: %s" % form)
    packed = zlib.decompress(b"".join(content for kind, content in found if kind == b"IDAT"))
    lines = np.frombuffer(packed, np.uint8).reshape(height, 1 + 3 * width).astype(np.int64)
    above, picture = np.zeros(3 * width, np.int64), []
    for line in lines:
        above = restore_line(line[0], line[1:], above)
        picture.append(above)
    return np.array(picture).reshape(height, width, 3)


def is_colour(picture, colour, tolerance=0):
    return (abs(picture - np.array(colour)) <= tolerance).all(2)


def write_table(output, size, frames=(), spots=(), name="spots"):
    """A table of spots: see cli_spot_table.c."""
    lines = ["size %d %d" % size]
    for frame in frames:
        lines.append("frame " + " ".join(map(str, frame)))
        lines += ["spot " + " ".join(map(str, spot)) for spot in spots if spot[2] == frame[0]]
    subprocess.run([os.environ["SPOT_TABLE"], output, name], check=True, timeout=60,
                   input=("\n".join(lines) + "\n").encode())
