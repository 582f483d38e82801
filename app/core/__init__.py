"""What every domain stands on: settings, database sessions, refusals, access rules, journal, jobs, events.

Nothing here knows an exam. A domain imports the modules by name (`from app.core import journal`); there is no public face to
re-export because each module is one idea.
"""
