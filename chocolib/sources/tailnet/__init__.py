"""What Tailscale knows: who is in the Tailnet with which devices, and whose an address is.

Asked of the `tailscale` command or of tailscaled's socket (its LocalAPI), whichever there is.
"""
