"""What several questions rest on: who counts, what serves whom, who lives where, what ends when."""
