"""What is asked of SQLite: the tables of the cache, and their rows."""

from __future__ import annotations

CREATE = """
CREATE TABLE IF NOT EXISTS files (root INT, path TEXT, stamp BLOB, fact INT, crc INT,
                                  PRIMARY KEY (root, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (id INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, fault TEXT, detail TEXT,
                                  format TEXT, width INT, height INT, hash INT, exact INT, spread REAL,
                                  mode TEXT, figures BLOB, level INT, crc INT, thumbnail BLOB,
                                  thumbnail_crc INT);
CREATE TABLE IF NOT EXISTS looks (sha256 TEXT PRIMARY KEY, hash INT, fingerprint INT, picture TEXT,
                                  grey BLOB, crc INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS codes (sha256 TEXT PRIMARY KEY, code TEXT, crc INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS previews (sha256 TEXT PRIMARY KEY, jpeg BLOB, crc INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS masks (sha256 TEXT PRIMARY KEY, fault TEXT, detail TEXT, mode TEXT, width INT,
                                  height INT, found BLOB, crc INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS features (sha256 TEXT PRIMARY KEY, packed BLOB, crc INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (sha256 TEXT PRIMARY KEY, said TEXT, crc INT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS searches (root INT, radius INT, hashes BLOB, first BLOB, second BLOB, crc INT,
                                     PRIMARY KEY (root, radius));
"""
"""`root` numbers the dataset, `stamp` is a STAMP, `hash` a signed number: SQLite has no other. `crc` seals
a row (`holdfast.facts.seals`); that of a file counts in the digest of its fact, and a thumbnail has its
own. A row of `facts` is numbered in the order of measuring, so that a dataset is read back in long runs
and not page by page."""

_FACT = "sha256, fault, detail, format, width, height, hash, exact, spread, mode, figures, level, facts.crc"
FACTS = f"SELECT {_FACT} FROM facts WHERE level >= ? AND sha256 IN "  # noqa: S608 constants only
KNOWN = (
    f"SELECT files.crc, path, stamp, {_FACT} FROM files JOIN facts ON fact = id WHERE root = ? AND level >= ?"  # noqa: S608 constants only
)
THUMBNAILS = "SELECT sha256, thumbnail, thumbnail_crc FROM facts WHERE thumbnail IS NOT NULL AND sha256 IN "
MASK = "SELECT * FROM masks WHERE sha256 IN "
SEARCH = "SELECT * FROM searches WHERE root = ? AND radius = ?"

KEEP = "INSERT OR REPLACE INTO {} VALUES {}"
KEEP_FILES = "INSERT OR REPLACE INTO files SELECT ?, ?, ?, id, ? FROM facts WHERE sha256 = ?"
KEEP_FACTS = """
INSERT INTO facts (sha256, fault, detail, format, width, height, hash, exact, spread, mode, figures, level,
crc, thumbnail, thumbnail_crc) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (sha256) DO UPDATE SET
fault = excluded.fault, detail = excluded.detail, format = excluded.format, width = excluded.width,
height = excluded.height, hash = excluded.hash, exact = excluded.exact, spread = excluded.spread,
mode = excluded.mode, figures = excluded.figures, level = excluded.level, crc = excluded.crc,
thumbnail = excluded.thumbnail, thumbnail_crc = excluded.thumbnail_crc WHERE excluded.level >= level
"""
