"""The command line, with a script that only ends in one way or another."""

import pytest

from delivery.errors import Interrupted
from demo import __main__ as command
from demo.scene import BusyError, Folders, alone
from demo.tour import NotSeenError
from localcloud.errors import LocalCloudError


class FakeScript:
    """Ends as the class attribute says."""

    ends = None

    def __init__(self, tour, scene, *, keep):
        self.tour, self.scene = tour, scene

    def play(self):
        self.tour.hop("one", lambda note: "seen")
        if isinstance(self.ends, KeyboardInterrupt):
            raise self.ends
        if self.ends:
            self.tour.hop("two", self.fail)

    def fail(self, _):
        raise self.ends


@pytest.fixture
def ends(monkeypatch, tmp_path):
    downs: list[int] = []
    monkeypatch.setattr(command, "REPOSITORY", tmp_path)
    monkeypatch.setattr(command, "Script", FakeScript)
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    monkeypatch.setattr("demo.scene.Cloud.down", lambda _: downs.append(1))

    def set_end(error):
        monkeypatch.setattr(FakeScript, "ends", error)
        return downs

    return set_end


def test_all_seen_exits_0_and_ends_the_cloud(ends, capsys):
    downs = ends(None)
    assert command.main([]) == 0
    assert downs == [1]
    assert "1 of 1 hops seen" in capsys.readouterr().out


def test_a_hop_not_seen_exits_1_and_ends_the_cloud(ends, capsys, tmp_path):
    downs = ends(NotSeenError("this", "that"))
    assert command.main([]) == 1
    assert downs == [1]
    out = capsys.readouterr().out
    assert "1 of 2 hops seen" in out
    assert str(tmp_path / "build/demo/cloud/logs") in out


@pytest.mark.parametrize(("stop", "code"), [(KeyboardInterrupt(), 130), (Interrupted(2), 130), (Interrupted(15), 143)])
def test_a_signal_ends_the_cloud_forgets_the_state_and_is_the_exit_code(ends, tmp_path, stop, code):
    downs = ends(stop)
    state = tmp_path / "terraform.tfstate.d/demo/terraform.tfstate"
    state.parent.mkdir(parents=True)
    state.touch()
    assert command.main([]) == code
    assert downs == [1]
    assert not state.exists()


def test_two_demonstrations_do_not_run_at_once(ends, capsys, tmp_path):
    ends(None)
    with alone(Folders(tmp_path)):
        assert command.main([]) == 1
    assert "another demo is running (process " in capsys.readouterr().err
    assert command.main([]) == 0


def test_the_lock_goes_with_its_holder(tmp_path):
    folders = Folders(tmp_path)
    with alone(folders), pytest.raises(BusyError), alone(folders):
        pass
    with alone(folders):
        pass


def test_a_state_of_make_deploy_is_never_forgotten(tmp_path):
    folders = Folders(tmp_path)
    others = [tmp_path / "terraform.tfstate", tmp_path / "terraform.tfstate.d/localcloud/terraform.tfstate"]
    for other in others:
        other.parent.mkdir(parents=True, exist_ok=True)
        other.touch()
    folders.forget()
    assert all(other.exists() for other in others)


def test_an_unknown_link_method_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["--link-method", "telepathy"])
    assert "choose from" in capsys.readouterr().err


def test_a_recording_that_cannot_be_written_is_found_before_anything_is_done(ends, capsys, tmp_path):
    downs = ends(None)
    assert command.main(["--record", str(tmp_path)]) == 1
    assert downs == []
    assert capsys.readouterr().err.startswith("error: [Errno ")


def test_a_cloud_that_cannot_be_ended_is_told_in_a_line(ends, capsys, monkeypatch):
    ends(None)

    def busy(_):
        raise LocalCloudError("another start or end is under way")

    monkeypatch.setattr("demo.scene.Cloud.down", busy)
    assert command.main([]) == 1
    assert capsys.readouterr().err == "error: another start or end is under way\n"
