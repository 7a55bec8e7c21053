"""The office's planning list: a table of performances that is looked through, compared and only then taken over.

`sheet` finds the columns, `cells` and `wishes` say what each row asks for, `comparing` holds it against the programme
and against the other rows; all that without a database. `intake` keeps a list for two hours and takes it over, `taking`
writes it.
"""
