"""Lost property, the second tenant of the house: an app of others, complete and small."""
