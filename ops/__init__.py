"""Operations: tools for a deployed stack, on AWS and on the embedded cloud alike."""
