import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kdump.dialects.exports import Export, file_name, parse, render
from kdump.errors import Refusal, refusals_in

OPTIONS = ("rw", "sync", "no_subtree_check", "all_squash", "anonuid=1001", "anongid=1001")
components = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="/"), min_size=1).filter(
    lambda part: part not in (".", "..")
)


def export(
    directory: str = "/srv/kdump/web1", client: str = "192.0.2.11", options: tuple[str, ...] = OPTIONS
) -> Export:
    return Export(directory=directory, client=client, options=options)


def test_one_file_has_one_export() -> None:
    text = render(export(), "web1")
    assert text == (
        "# Written by pulumi-kdump for web1. Changes made here are overwritten.\n"
        "/srv/kdump/web1 192.0.2.11(rw,sync,no_subtree_check,all_squash,anonuid=1001,anongid=1001)\n"
    )
    assert parse(text) == [export()]
    assert file_name("web1") == "pulumi-kdump-web1.exports"


def test_blanks_in_a_path_become_octal() -> None:
    text = render(export(directory='/srv/my "dumps" #1'), "web1")
    assert r"/srv/my\040\042dumps\042\040\0431 192" in text
    assert parse(text) == [export(directory='/srv/my "dumps" #1')]


@given(
    st.lists(components, max_size=3).map(lambda parts: "/" + "/".join(parts)),
    st.one_of(
        st.sampled_from(["web1", "web1.example.org", "192.0.2.0/24", "2001:db8::/64"]),
        st.ip_addresses().map(str).filter(lambda address: "%" not in address),
    ),
    st.lists(st.sampled_from(OPTIONS), unique=True).map(tuple),
)
def test_what_is_written_is_read_back_the_same(directory: str, client: str, options: tuple[str, ...]) -> None:
    written = export(directory, client, options)
    assert parse(render(written, "web1")) == [written]


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"directory": "relative"}, "directory"),
        ({"directory": "/a/../b"}, "directory"),
        ({"directory": "/a/"}, "directory"),
        ({"directory": "/a\nb"}, "directory"),
        ({"directory": "/é"}, "directory"),
        ({"client": ""}, "client"),
        ({"client": "a b"}, "client"),
        ({"client": "a(rw)"}, "client"),
        ({"client": "-rw"}, "client"),
        ({"client": "a\n/ *(rw)"}, "client"),
        ({"options": ("rw", "nonsense")}, "options"),
        ({"options": ("rw)", "ro")}, "options"),
        ({"options": ("anonuid=x",)}, "options"),
        ({"options": ("rw", "ro")}, "options"),
        ({"options": ("all_squash", "sync", "no_all_squash")}, "options"),
    ],
)
def test_what_exportfs_would_read_otherwise_is_refused(change: dict[str, object], setting: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Export.model_validate({"directory": "/srv", "client": "web1", **change})
    assert [refusal.setting for refusal in refusals_in(caught.value)] == [setting]


@pytest.mark.parametrize("client", ["*", "*.example.org", "@everyone", "0.0.0.0/0", "::/0", "192.0.2.1/24", "web?"])
def test_dumps_are_exported_to_known_hosts_only(client: str) -> None:
    with pytest.raises(Refusal) as caught:
        render(export(client=client), "web1")
    assert caught.value.setting == "client"


FOREIGN = """\
# a comment
/srv/a web1(rw,sync) web2(ro) # another
"/srv/with blank"   10.0.0.0/8(rw)
/srv/b -sync,no_subtree_check  web1 \\
        *.example.org(rw) @group(ro)
/srv/c web1 (rw)
/srv/d web1(rw,unknown_option) web2(ro)

/srv/e
"""


def test_foreign_files_are_read_as_exportfs_does() -> None:
    assert parse(FOREIGN) == [
        export("/srv/a", "web1", ("rw", "sync")),
        export("/srv/a", "web2", ("ro",)),
        export("/srv/with blank", "10.0.0.0/8", ("rw",)),
        export("/srv/b", "web1", ("sync", "no_subtree_check")),
        export("/srv/b", "*.example.org", ("sync", "no_subtree_check", "rw")),
        export("/srv/b", "@group", ("sync", "no_subtree_check", "ro")),
        export("/srv/c", "web1", ()),
        export("/srv/d", "web2", ("ro",)),
    ]


@given(st.text(max_size=50))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    for found in parse(text):
        assert found.directory.startswith("/")
