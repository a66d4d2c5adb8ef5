"""After-sales: whatever undoes, in whole or in part."""
