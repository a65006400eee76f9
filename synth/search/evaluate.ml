open Lambda

module Make (S : Semantics.S) = struct
  (* A term becomes a function from the values of its indices; [Closed] needs none of them. *)
  type code = Closed of S.value | Open of (S.value list -> S.value)

  let in_env = function Closed v -> fun _ -> v | Open f -> f

  (* The meanings of the inventions met so far, by their bodies: each is prepared once. *)
  let inventions : (Term.t, code) Hashtbl.t = Hashtbl.create 16

  let rec compile = function
    | Term.Primitive { name } -> Closed (S.primitive name)
    | Invention { body } -> (
      match Hashtbl.find_opt inventions body with
      | Some code -> code
      | None ->
        let code = match compile body with Closed v -> Closed (S.prepare v) | Open _ as code -> code in
        Hashtbl.add inventions body code;
        code)
    | Index 0 -> Open List.hd
    | Index i -> Open (fun env -> List.nth env i)
    | Apply (f, x) -> (
      match (compile f, compile x) with
      | Closed f, Closed x -> Closed (S.apply f x)
      | Closed f, Open x -> Open (fun env -> S.apply f (x env))
      | Open f, Closed x -> Open (fun env -> S.apply (f env) x)
      | Open f, Open x -> Open (fun env -> S.apply (f env) (x env)))
    | Abstraction (Apply (f, Index 0)) when Term.is_closed f -> compile f
    | Abstraction (Apply (f, x)) when Term.is_closed f && Term.is_closed (Abstraction x) ->
      Closed (S.compose (closed f) (closed (Abstraction x)))
    | Abstraction b as t -> (
      match compile b with
      | Closed v -> Closed (S.func (fun _ -> v))
      | Open f when Term.is_closed t -> Closed (S.func (fun v -> f [ v ]))
      | Open f -> Open (fun env -> S.func (fun v -> f (v :: env))))

  and closed t = in_env (compile t) []

  let value t =
    S.start ();
    closed t
end
