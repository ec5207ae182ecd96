"""The access logs of nginx, ours in JSON and the combined format; rotated, gzipped, growing.

`files` finds them, `marks` knows them again whatever they are called, `pieces` cuts them into
lines, `lines` understands one, `tally` counts them, `batches` joins it all.
"""
