"""XES logs: streamed, nested, with line numbers, and without entities."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from thichinh.caselogs.rules.log import Truncated
from thichinh.caselogs.tests.reading import read_log
from thichinh.foundation.errors import Refused

MAPPING = """
case_id: case:concept:name
activity: concept:name
timestamp: time:timestamp
lifecycle: {column: lifecycle:transition, keep: [complete]}
resource: org:resource
channel: {column: case:request/channel, map: {web: online}}
due_at: case:deadline
resolved_at: {activity: Close}
"""
LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://example.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="unset"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="a log"/>
  <trace>
    <string key="concept:name" value="P-1"/>
    <date key="deadline" value="2021-03-31T00:00:00.000+07:00"/>
    <container key="request"><string key="channel" value="Web"><int key="n" value="1"/></string></container>
    <event>
      <string key="concept:name" value="Open"/>
      <string key="org:resource" value="Lan"/>
      <string key="lifecycle:transition" value="complete"/>
      <date key="time:timestamp" value="2021-03-01T08:00:00.000+07:00"/>
    </event>
    <event>
      <string key="concept:name" value="Close"/>
      <date key="time:timestamp" value="2021-03-02T08:00:00.000+07:00"/>
      <list key="papers"><values><string key="kind" value="form"/></values></list>
    </event>
    <event>
      <string key="concept:name" value="Check"/>
      <date key="time:timestamp" value="yesterday"/>
    </event>
  </trace>
  <trace>
    <event><string key="concept:name" value="Open"/></event>
  </trace>
  <event><string key="concept:name" value="Open"/></event>
</log>
"""


def test_traces_become_cases_and_bad_events_keep_their_line(tmp_path: Path) -> None:
    result = read_log(MAPPING, LOG, tmp_path)
    assert result.codes == [(22, "bad-timestamp"), (28, "no-case-id"), (30, "outside-trace")]
    fact = result.facts["P-1"]
    assert (fact.channel, fact.finished, fact.on_time, fact.events) == (2, True, True, 2)
    assert fact.steps[0].resource == "Lan"


def test_a_compressed_log_reads_the_same(tmp_path: Path) -> None:
    assert len(read_log(MAPPING, gzip.compress(LOG.encode()), tmp_path).facts) == 1


def test_nested_attributes_of_events_have_paths(tmp_path: Path) -> None:
    mapping = MAPPING.replace("org:resource", "papers/kind")
    assert read_log(mapping, LOG, tmp_path).facts["P-1"].steps[1].resource == "form"


def test_entities_are_refused_before_they_are_read(tmp_path: Path) -> None:
    bomb = LOG.replace(
        "<log", '<!DOCTYPE log [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]>\n<log', 1
    )
    with pytest.raises(Refused, match="DOCTYPE"):
        read_log(MAPPING, bomb, tmp_path)


def test_a_cut_or_broken_file_says_where(tmp_path: Path) -> None:
    cut = LOG[: LOG.index('<date key="time:timestamp" value="yesterday')]
    with pytest.raises(Truncated, match="dòng 24"):
        read_log(MAPPING, cut, tmp_path)


def test_an_attribute_no_event_has_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="org:resorce"):
        read_log(MAPPING.replace("org:resource", "org:resorce"), LOG, tmp_path)
