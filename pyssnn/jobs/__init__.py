"""Where jobs run: in this process, in others of this machine, on a Dask cluster, or through Slurm; with the same results everywhere."""

from pyssnn.jobs.clusters import DaskWorkers, SlurmWorkers, workers_for
from pyssnn.jobs.workers import LocalWorkers, Lost, WorkerLost, Workers

__all__ = ["DaskWorkers", "LocalWorkers", "Lost", "SlurmWorkers", "WorkerLost", "Workers", "workers_for"]
