"""How days and times are written where a template says nothing: hours from 0 to 24."""
