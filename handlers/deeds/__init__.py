"""Deeds that several doors lead to. A command imports deeds; deeds import no command."""
