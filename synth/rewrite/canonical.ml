open Lambda

let normal t = Term.beta_normal (Term.expand t)

let stable_name t = String.sub (Digest.to_hex (Digest.string (Notation.print Inline (normal t)))) 0 16
