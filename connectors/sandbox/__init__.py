"""Local CRM, ERP and Entra servers that speak the real protocols."""
