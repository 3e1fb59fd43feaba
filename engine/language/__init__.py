"""The language host: what the engine asks when a program, provider or policy pack is written in Python."""
