"""Measurements of the course's speed, a module for each subject, all in one table."""
