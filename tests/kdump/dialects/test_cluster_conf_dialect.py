import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.dialects.cluster_conf import (
    ClusterNode,
    FenceDevice,
    FenceMethod,
    parse,
    with_fence_kdump,
    with_post_fail_delay,
)
from kdump.errors import Refusal

# Ours, as people write them: comments, both quotes, tabs, an element that looks like ours inside a comment.
CONF = """\
<?xml version="1.0"?>
<!-- <fence_daemon post_fail_delay="5"/> was tried in 2012 -->
<cluster name="shop" config_version="41">
  <cman two_node="1" expected_votes="1"/>
  <fence_daemon post_join_delay='20' />
  <clusternodes>
    <clusternode name="web1" nodeid="1">
      <fence>
        <method name="1">
          <device name="ipmi1" action="reboot"/> <!-- rack > 3 -->
        </method>
      </fence>
    </clusternode>
    <clusternode name="web2" nodeid="2">
      <fence>
        <method name="1">
          <device name="ipmi2"/>
        </method>
        <method name="2">
          <device name="pdu" port="7"/>
          <device name="pdu" port="8"/>
        </method>
      </fence>
    </clusternode>
  </clusternodes>
  <fencedevices>
    <fencedevice agent="fence_ipmilan" name="ipmi1" ipaddr="192.0.2.11" passwd="a&amp;b&gt;c"/>
    <fencedevice agent="fence_ipmilan" name="ipmi2" ipaddr="192.0.2.12" timeout="20"/>
    <fencedevice agent="fence_apc" name="pdu" ipaddr="192.0.2.20"/>
  </fencedevices>
  <rm/>
</cluster>
"""


def changes(before: str, after: str) -> list[str]:
    """The lines taken away and put in, with their sign."""
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=0)
    return [line for line in lines if line[0] in "+-" and not line.startswith(("+++", "---"))]


def test_what_a_file_says_of_fencing_is_read() -> None:
    conf = parse(CONF)
    assert (conf.name, conf.config_version) == ("shop", 41)
    assert conf.post_fail_delay_seconds == 0  # not in the file, where the comment is none of its settings
    assert conf.post_join_delay_seconds == 20
    assert conf.fence_devices[0] == FenceDevice(
        name="ipmi1", agent="fence_ipmilan", options={"ipaddr": "192.0.2.11", "passwd": "a&b>c"}
    )
    assert conf.fence_devices[1].timeout_seconds == 20
    assert conf.nodes == (
        ClusterNode(name="web1", methods=(FenceMethod(name="1", devices=("ipmi1",)),)),
        ClusterNode(
            name="web2",
            methods=(FenceMethod(name="1", devices=("ipmi2",)), FenceMethod(name="2", devices=("pdu", "pdu"))),
        ),
    )


def test_a_file_without_any_of_it_is_read_too() -> None:
    conf = parse('<cluster name="x" config_version="1"/>')
    assert (conf.nodes, conf.fence_devices, conf.post_fail_delay_seconds) == ((), (), 0)
    assert conf.post_join_delay_seconds is None


def test_the_delay_goes_into_the_element_that_is_there() -> None:
    edited = with_post_fail_delay(CONF, 300)
    assert changes(CONF, edited) == [
        '-<cluster name="shop" config_version="41">\n',
        '+<cluster name="shop" config_version="42">\n',
        "-  <fence_daemon post_join_delay='20' />\n",
        "+  <fence_daemon post_join_delay='20' post_fail_delay=\"300\" />\n",
    ]
    assert parse(edited).post_fail_delay_seconds == 300


def test_a_delay_that_is_there_is_replaced_in_its_quotes() -> None:
    before = CONF.replace("post_join_delay='20'", "post_fail_delay = '7' post_join_delay='20'")
    edited = with_post_fail_delay(before, 0)
    assert "<fence_daemon post_fail_delay = '0' post_join_delay='20' />" in edited
    assert parse(edited).config_version == 42


def test_a_file_without_the_element_gets_it() -> None:
    before = CONF.replace("  <fence_daemon post_join_delay='20' />\n", "")
    assert changes(before, with_post_fail_delay(before, 300)) == [
        '-<cluster name="shop" config_version="41">\n',
        '+<cluster name="shop" config_version="42">\n',
        '+  <fence_daemon post_fail_delay="300"/>\n',
    ]


def test_what_is_so_already_is_left_alone() -> None:
    assert with_post_fail_delay(CONF, 0) == CONF
    once = with_post_fail_delay(CONF, 300)
    assert with_post_fail_delay(once, 300) == once


def test_fence_kdump_becomes_the_first_method_of_every_node() -> None:
    edited = with_fence_kdump(CONF, 120)
    method = [
        '+        <method name="kdump">\n',
        '+          <device name="kdump"/>\n',
        "+        </method>\n",
    ]
    assert changes(CONF, edited) == [
        '-<cluster name="shop" config_version="41">\n',
        '+<cluster name="shop" config_version="42">\n',
        *method,
        *method,
        '+    <fencedevice agent="fence_kdump" name="kdump" timeout="120"/>\n',
    ]
    conf = parse(edited)
    assert [node.methods[0] for node in conf.nodes] == [FenceMethod(name="kdump", devices=("kdump",))] * 2
    assert [node.methods[1:] for node in conf.nodes] == [node.methods for node in parse(CONF).nodes]
    assert conf.fence_devices[-1] == FenceDevice(name="kdump", agent="fence_kdump", timeout_seconds=120)
    assert with_fence_kdump(edited, 120) == edited


def test_only_the_nodes_that_are_named_get_it() -> None:
    conf = parse(with_fence_kdump(CONF, 120, nodes=["web2"]))
    assert [len(node.methods) for node in conf.nodes] == [1, 3]
    with pytest.raises(Refusal, match="names of nodes of the cluster: web1, web2"):
        with_fence_kdump(CONF, 120, nodes=["web3"])


def test_another_timeout_is_the_only_change() -> None:
    once = with_fence_kdump(CONF, 120)
    assert changes(once, with_fence_kdump(once, 290)) == [
        '-<cluster name="shop" config_version="42">\n',
        '+<cluster name="shop" config_version="43">\n',
        '-    <fencedevice agent="fence_kdump" name="kdump" timeout="120"/>\n',
        '+    <fencedevice agent="fence_kdump" name="kdump" timeout="290"/>\n',
    ]


def test_a_device_of_another_name_is_used() -> None:
    before = CONF.replace("  </fencedevices>", '    <fencedevice name="fk" agent="fence_kdump"/>\n  </fencedevices>')
    edited = with_fence_kdump(before, 120)
    assert '<fencedevice name="fk" agent="fence_kdump" timeout="120"/>' in edited
    assert parse(edited).nodes[0].methods[0] == FenceMethod(name="fk", devices=("fk",))


def test_a_method_in_the_wrong_place_is_moved_as_it_is_written() -> None:
    once = with_fence_kdump(CONF, 120)
    ours = '<method name="kdump">\n          <device name="kdump"/>\n        </method>'
    first, second = once.index(ours), once.rindex(ours)
    assert first != second
    wrong = once[:first] + once[first + len(ours) + 9 :]  # with the line end and the blanks behind it
    wrong = wrong.replace("        </method>\n      </fence>", f"        </method>\n        {ours}\n      </fence>", 1)
    assert [method.name for method in parse(wrong).nodes[0].methods] == ["1", "kdump"]
    assert with_fence_kdump(wrong, 120) == once.replace('config_version="42"', 'config_version="43"')


def test_a_file_on_one_line_stays_on_one_line() -> None:
    before = (
        '<cluster name="x" config_version="9"><clusternodes><clusternode name="n"><fence><method name="1">'
        '<device name="p"/></method></fence></clusternode></clusternodes></cluster>'
    )
    edited = with_fence_kdump(with_post_fail_delay(before, 5), 60)
    assert "\n" not in edited
    conf = parse(edited)
    assert (conf.config_version, conf.post_fail_delay_seconds) == (11, 5)
    assert [method.name for method in conf.nodes[0].methods] == ["kdump", "1"]
    assert conf.fence_devices == (FenceDevice(name="kdump", agent="fence_kdump", timeout_seconds=60),)


@pytest.mark.parametrize(
    "empty",
    ["<fencedevices/>", "<fencedevices />", "<fencedevices></fencedevices>", "<fencedevices>\n  </fencedevices>"],
)
def test_an_empty_list_of_devices_is_filled(empty: str) -> None:
    head, _, rest = CONF.partition("<fencedevices>")
    before = head + empty + rest.partition("</fencedevices>")[2]
    edited = with_fence_kdump(before, 60)
    assert [device.name for device in parse(edited).fence_devices] == ["kdump"]
    assert '\n    <fencedevice agent="fence_kdump" name="kdump" timeout="60"/>' in edited
    assert with_fence_kdump(edited, 60) == edited


def test_tabs_and_line_ends_are_kept() -> None:
    before = CONF.replace("  ", "\t").replace("\n", "\r\n")
    edited = with_fence_kdump(with_post_fail_delay(before, 9), 60)
    assert "\n" not in edited.replace("\r\n", "")
    assert '\r\n\t\t\t\t<method name="kdump">\r\n\t\t\t\t\t<device name="kdump"/>\r\n' in edited
    assert '\r\n\t\t<fencedevice agent="fence_kdump"' in edited


def test_bytes_that_are_more_than_one_do_not_shift_an_edit() -> None:
    before = "\ufeff" + CONF.replace("was tried", "größer — 試").replace('name="shop"', 'name="Ladengeschäft"')
    edited = with_fence_kdump(with_post_fail_delay(before, 300), 60)
    assert parse(edited).name == "Ladengeschäft"
    assert parse(edited).post_fail_delay_seconds == 300
    assert "größer — 試" in edited
    assert edited.startswith("\ufeff")


def test_the_encoding_that_the_file_declares_is_not_ours() -> None:
    before = CONF.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="ISO-8859-1"?>').replace("shop", "ä")
    assert parse(with_post_fail_delay(before, 1)).name == "ä"


BOMB = """<!DOCTYPE cluster [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><cluster name="&b;" config_version="1"/>"""
OUTSIDE = '<!DOCTYPE cluster SYSTEM "file:///etc/passwd"><cluster name="x" config_version="1"/>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "complete and correct"),
        ("post_fail_delay=3", "complete and correct"),
        (CONF[:-4], "complete and correct"),
        (CONF.replace("</fence>", "", 1), "complete and correct"),
        (CONF.replace('name="shop"', "name=shop"), "complete and correct"),
        (CONF.replace("shop", "sh\0op"), "complete and correct"),
        (CONF.replace("shop", "&shop;"), "complete and correct"),
        ("<cib/>", "root element is <cluster>"),
        (CONF.replace(' config_version="41"', ""), "config_version"),
        (CONF.replace('"41"', '"forty"'), "config_version"),
        (CONF.replace("'20'", "'20s'"), "a number of seconds"),
        (CONF.replace("<rm/>", "<fence_daemon/>"), "at most one <fence_daemon>"),
        (BOMB, "without a document type"),
        (OUTSIDE, "without a document type"),
        (CONF.replace("shop", "\udc80"), "UTF-8"),
    ],
)
def test_what_is_no_cluster_conf_is_refused_and_never_half_edited(text: str, message: str) -> None:
    for attempt in (parse, lambda given_text: with_post_fail_delay(given_text, 300), lambda t: with_fence_kdump(t, 60)):
        with pytest.raises(Refusal, match=message):
            attempt(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CONF.replace('<method name="1">', '<method name="kdump">', 1), "a name that no method of the node has"),
        (CONF.replace('name="pdu" ipaddr', 'name="kdump" ipaddr'), "a name that no other device has"),
        (CONF.replace("fence_ipmilan", "fence_kdump"), "at most one device of the agent fence_kdump"),
        (CONF.replace("fence_apc", "fence_kdump"), "one method with the device pdu alone"),
        (CONF.replace('"fence_ipmilan" name="ipmi1"', '"fence_kdump" name="ipmi1"'), "another fence method"),
        (
            CONF.replace(
                '<clusternode name="web2" nodeid="2">', '<clusternode name="web3"/>\n    <clusternode name="web2">'
            ),
            "web3.*another fence method",
        ),
    ],
)
def test_files_that_use_fence_kdump_in_ways_that_cannot_work_are_refused(text: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        with_fence_kdump(text, 60)


def test_numbers_and_names_that_cannot_be_are_refused() -> None:
    with pytest.raises(Refusal, match="0 or more"):
        with_post_fail_delay(CONF, -1)
    with pytest.raises(Refusal, match="1 or more"):
        with_fence_kdump(CONF, 0)
    with pytest.raises(Refusal, match="deviceName"):
        with_fence_kdump(CONF, 60, device_name='a"b')


blanks = st.text(" \t\r\n", max_size=4)
comments = st.sampled_from(["", "<!-- > -->", "<!--<method name='kdump'/>-->", "text", "<![CDATA[<fence>]]>"])
attributes = st.sampled_from(["", ' a="/>"', " b='>'", ' c = "fence_daemon"', " d='ä\u2028'"])


@st.composite
def confs(draw: st.DrawFn) -> str:
    """A cluster.conf in any layout, with things in between that look like tags and are none."""

    def gap() -> str:
        return draw(blanks) + draw(comments) + draw(blanks)

    def node(number: int) -> str:
        methods = "".join(
            f'<method{draw(attributes)} name="{name}">{gap()}<device name="p"/>{gap()}</method>{gap()}'
            for name in range(draw(st.integers(1, 3)))
        )
        fence = f"<fence>{gap()}{methods}</fence>"
        return f'<clusternode name="n{number}"{draw(attributes)}>{gap()}{fence}{gap()}</clusternode>'

    nodes = gap().join(node(number) for number in range(draw(st.integers(1, 3))))
    daemon = draw(st.sampled_from(["", "<fence_daemon/>", "<fence_daemon post_fail_delay='3' x='>'></fence_daemon>"]))
    devices = draw(
        st.sampled_from(["", "<fencedevices/>", '<fencedevices\n>\n<fencedevice agent="x" name="p"/></fencedevices>'])
    )
    version = draw(st.integers(0, 10**8))
    return (
        f"<cluster{draw(attributes)} config_version = '{version}'>{gap()}{daemon}{gap()}"
        f"<clusternodes>{gap()}{nodes}{gap()}</clusternodes>{gap()}{devices}{gap()}</cluster>\n"
    )


def is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)


@given(confs(), st.integers(0, 10**6), st.integers(1, 10**6))
def test_in_any_layout_edits_do_what_was_asked_and_nothing_else(text: str, delay: int, timeout: int) -> None:
    before = parse(text)
    delayed = with_post_fail_delay(text, delay)
    assert parse(delayed) == before.model_copy(
        update={
            "post_fail_delay_seconds": delay,
            "config_version": before.config_version + (before.post_fail_delay_seconds != delay),
        }
    )
    assert with_post_fail_delay(delayed, delay) == delayed
    kdumped = with_fence_kdump(text, timeout)
    after = parse(kdumped)
    assert after.config_version == before.config_version + 1
    assert after.fence_devices[:-1] == before.fence_devices
    assert after.fence_devices[-1] == FenceDevice(name="kdump", agent="fence_kdump", timeout_seconds=timeout)
    ours = FenceMethod(name="kdump", devices=("kdump",))
    assert [node.methods for node in after.nodes] == [(ours, *node.methods) for node in before.nodes]
    assert with_fence_kdump(kdumped, timeout) == kdumped
    version = f"config_version = '{before.config_version}'"
    # All that was there is still there, in its order; an empty tag that got contents has lost its slash.
    assert is_subsequence(text.replace(version, "").replace("<fencedevices/>", "<fencedevices>"), kdumped)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse(text)
