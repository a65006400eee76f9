"""Recurrent networks read back as short integer programs, after MIPS (Michaud et al., *Opening the AI black box*, 2024)."""
