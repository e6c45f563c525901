"""Applications: started, pre-filled, checked before anyone's time is spent, filed once, corrected where marked."""
