"""The model card's page: ten questions a sceptic asks, each answered by what the card holds, or by saying that nobody knows."""
