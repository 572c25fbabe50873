"""Normalises logs by the rules of the design, written without a look at Granary's own code.

    normalise.py IN OUT     every file below IN is decoded and written to OUT under the same name

Lines end at LF alone, and the last one needs none. A byte order mark at the start is dropped, invalid UTF-8 becomes U+FFFD, ANSI
sequences are removed, and of what carriage returns overwrite the last part that is not empty stays. Masking is not done here.
"""
import gzip
import pathlib
import re
import sys

ESC = "\x1b"
ANSI = re.compile(
    ESC + r"\[[0-?]*[ -/]*[@-~]"                                 # CSI: parameters, intermediates, final byte
    + "|" + ESC + r"[\]PX^_][^\x07\x1b\r\n]*(?:\x07|" + ESC + r"\\)"  # OSC, DCS, SOS, PM, APC up to BEL or ST
    + "|" + ESC + r"[ -/]*[0-OQ-WYZ\\`-~]"                       # any other: intermediates and a final byte
)
BOM = b"\xef\xbb\xbf"


def decoded(path):
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data[len(BOM):] if data.startswith(BOM) else data


def normalised(raw):
    line = ANSI.sub("", raw.decode("utf-8", errors="replace"))
    parts = [part for part in line.split("\r") if part]
    return parts[-1] if parts else ""


def lines(data):
    all_lines = data.split(b"\n")
    if all_lines[-1] == b"":
        all_lines.pop()
    return [normalised(raw) for raw in all_lines]


def main(source, target):
    for path in sorted(pathlib.Path(source).iterdir()):
        with open(pathlib.Path(target) / path.name, "w", encoding="utf-8", newline="\n") as out:
            for line in lines(decoded(path)):
                out.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
