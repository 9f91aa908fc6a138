#!/bin/bash
# Prepares and reconstructs on two nodes, one rank per core. Submit with: sbatch job.sh run.yaml
#SBATCH --job-name=ptyflow
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=16
#SBATCH --cpus-per-task=1
#SBATCH --hint=nomultithread
#SBATCH --mem-per-cpu=4G
#SBATCH --time=01:00:00
set -euo pipefail

config=${1:?give a configuration: sbatch job.sh run.yaml}

# The MPI of your site; the module's name differs from place to place.
module load openmpi

# With an Open MPI that was built for Slurm, srun starts the ranks itself: srun --mpi=pmix ptyflow run ...
mpiexec ptyflow run "$config" -o "out-$SLURM_JOB_ID"
