"""Price models behind one protocol; pure."""
