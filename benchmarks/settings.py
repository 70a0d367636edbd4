"""The program's settings as in production, with an empty view to measure against."""

import os

from kashan_diplomacy.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = os.environ["BENCHMARK_STATIC_ROOT"]
