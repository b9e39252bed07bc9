"""Tests of the local ERP."""
