"""The invitation game and its relatives: models and propositions."""
