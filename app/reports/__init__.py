"""Reports: figures over the record within a person's reach, each opening into its rows; exports, schedules."""
