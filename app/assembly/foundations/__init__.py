"""What forms rest on, written by one member of the committee and approved by another: the blueprint, and the reference standard with
the parameters of items on its scale.
"""
