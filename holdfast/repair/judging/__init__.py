"""Plans and repairs judged by the checks: a plan is proved before, a repair is judged after."""
