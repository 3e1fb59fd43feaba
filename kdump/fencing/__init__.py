"""Clusters that shall let a crashed node finish its dump before they cut it off.

:mod:`~kdump.fencing.delay` says how long they must wait, :mod:`~kdump.fencing.support` what a release offers,
:mod:`~kdump.fencing.nodes` whom a dumping node tells, :mod:`~kdump.fencing.devices` what the cluster gets, as
data and as arguments of its tools, :mod:`~kdump.fencing.levels` and :mod:`~kdump.fencing.pacemaker` how a running
cluster gets there, :mod:`~kdump.fencing.watchdog` which other timer gets in the way.
"""
