"""The figures of the published fiscal years, as of the day their books end."""
