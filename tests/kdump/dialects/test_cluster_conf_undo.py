"""cluster.conf as it was before us, with a number that cman takes."""

import pytest

from kdump.dialects.cluster_conf import parse, with_fence_kdump, with_post_fail_delay
from kdump.dialects.cluster_conf_undo import put_back, with_version

CONF = """<?xml version="1.0"?>
<!-- by hand -->
<cluster name="db" config_version="7">
  <clusternodes>
    <clusternode name="n1" nodeid="1">
      <fence>
        <method name="power"><device name="ipmi1"/></method>
      </fence>
    </clusternode>
    <clusternode name="n2" nodeid="2">
      <fence>
        <method name="power"><device name="ipmi2"/></method>
      </fence>
    </clusternode>
  </clusternodes>
  <fencedevices>
    <fencedevice name="ipmi1" agent="fence_ipmilan"/>
    <fencedevice name="ipmi2" agent="fence_ipmilan"/>
  </fencedevices>
  <rm/>
</cluster>
"""
ONE_LINE = "".join(line.strip() for line in CONF.splitlines())
ASKED = with_fence_kdump(CONF, 120)
BLIND = with_post_fail_delay(CONF, 300)


@pytest.mark.parametrize("before", [CONF, ONE_LINE, CONF.replace("\n", "\r\n")], ids=["lines", "one-line", "crlf"])
def test_an_untouched_file_comes_back_byte_for_byte_with_the_next_number(before: str) -> None:
    for ours in (with_fence_kdump(before, 120), with_post_fail_delay(before, 300)):
        assert put_back(ours, before, ours) == before.replace('config_version="7"', 'config_version="9"')


def test_what_others_changed_since_stays() -> None:
    now = with_version(ASKED, 9).replace("<rm/>", '<rm log_level="7"/>')
    back = put_back(now, CONF, ASKED)
    assert back == CONF.replace('config_version="7"', 'config_version="10"').replace("<rm/>", '<rm log_level="7"/>')


def test_the_old_delay_comes_back_unless_others_have_set_another() -> None:
    changed = BLIND.replace("<rm/>", '<rm log_level="7"/>')
    assert parse(put_back(changed, CONF, BLIND)).post_fail_delay_seconds == 0
    theirs = BLIND.replace('post_fail_delay="300"', 'post_fail_delay="90"')
    assert put_back(theirs, CONF, BLIND) == theirs


def test_a_device_that_was_there_before_us_stays() -> None:
    before = with_fence_kdump(CONF, 30)
    ours = with_fence_kdump(before, 120)
    now = ours.replace("<rm/>", '<rm log_level="7"/>')
    assert parse(put_back(now, before, ours)).nodes[0].methods[0].devices == ("kdump",)


def test_where_nothing_of_ours_is_left_the_file_is_not_touched() -> None:
    assert put_back(CONF, CONF, ASKED) == CONF
    later = with_version(CONF, 20)
    assert put_back(later, CONF, ASKED) == later
