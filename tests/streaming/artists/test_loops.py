from streaming.artists import loops, rtp, scenes


def test_a_loop_holds_a_keyframe_each_second_and_sixty_milliseconds_in_each_sound(loops_dir):
    for name in scenes.SCENES:
        loop = loops.load(loops_dir, name)
        keys = [number for number, picture in enumerate(loop.pictures) if picture.key]
        assert (len(loop.pictures), len(loop.sounds)) == (180, 200)
        assert keys == list(range(0, 180, 15))
        assert max(len(payload) for picture in loop.pictures for payload in picture.payloads) <= rtp.MAX_PAYLOAD


def test_keyframes_that_follow_each_other_differ_in_number_over_the_seam_too(loops_dir):
    for name in scenes.SCENES:
        numbers = [picture.key.idr_id for picture in loops.load(loops_dir, name).pictures if picture.key]
        assert all(one != other for one, other in zip(numbers, [*numbers[1:], numbers[0]], strict=True))


def test_a_damaged_or_missing_file_is_not_ready(loops_dir, tmp_path):
    whole = loops.path_of(loops_dir, "dom").read_bytes()
    copy = loops.path_of(tmp_path, "dom")
    ready = [loops.is_ready(tmp_path, "dom")]
    for content in (whole, whole[:-1], b"", b"{}\n", b"\xff"):
        copy.write_bytes(content)
        ready.append(loops.is_ready(tmp_path, "dom"))
    assert ready == [False, True, False, False, False, False]


def test_making_a_loop_removes_its_older_version_only(tmp_path, monkeypatch):
    monkeypatch.setattr(loops, "encode_scene", lambda scene: [b"picture"])
    old, other = tmp_path / "dom-00000000.loop", tmp_path / "quellen-00000000.loop"
    old.touch()
    other.touch()
    made = loops.make(tmp_path, "dom")
    assert sorted(tmp_path.iterdir()) == sorted([made, other])
