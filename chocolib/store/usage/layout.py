"""The tables of the two files. Times are integers, seconds since 1970 UTC; days are of Madrid."""

from __future__ import annotations

VERSION = 1
#: Tell our files from those of other programs ("CHOU", "CHOP").
USAGE, PEOPLE = 0x43484F55, 0x43484F50

USAGE_TABLES = """
create table views(time integer, visitor text, device text, kind text, page text, card text,
  count integer, seconds integer,
  primary key(time, visitor, device, kind, page, card)) without rowid;
create table view_days(day text, page text, card text, views integer, people integer,
  sessions integer, seconds integer, primary key(day, page, card)) without rowid;
create table requests(hour integer, path text, ms integer, count integer, errors integer,
  primary key(hour, path, ms)) without rowid;
create table request_days(day text, path text, ms integer, count integer, errors integer,
  primary key(day, path, ms)) without rowid;
create table lines(hour integer, what text, count integer, primary key(hour, what)) without rowid;
create table probes(time integer, part text, ok integer, ms integer, why text,
  primary key(time, part)) without rowid;
create table probe_days(day text, part text, ok integer, ms integer, count integer,
  primary key(day, part, ok, ms)) without rowid;
create table logs(log text, mark text, offset integer, size integer, read_at integer,
  primary key(log, mark)) without rowid;
create table troubles(what text primary key, since integer, last integer, count integer,
  detail text) without rowid;
"""

PEOPLE_TABLES = """
create table keys(since integer primary key, key blob);
create table people(visitor text primary key, subject text, name text, first integer,
  last integer) without rowid;
create unique index people_subject on people(subject);
create table logins(day text, address text, login text,
  primary key(day, address, login)) without rowid;
"""
