open Lambda

let normal t = Term.beta_normal (Term.expand t)

let stable_name t = String.sub (Digest.to_hex (Digest.string (Notation.print Inline (Term.eta_reduce (normal t))))) 0 16
