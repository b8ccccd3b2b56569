"""The job runner: a door like web and cli."""

from visavis.worker.run import JobCancelled, JobRun
from visavis.worker.runner import run_worker

__all__ = ["JobCancelled", "JobRun", "run_worker"]
