import pytest

from streaming.artists import loops, scenes


@pytest.fixture(scope="session")
def loops_dir(request):
    """The three loops; kept between runs, since their names change with what makes them."""
    directory = request.config.cache.mkdir("loops")
    loops.make_missing(directory, scenes.SCENES)
    return directory
