open Lambda

exception Higher_order of string

module Make (T : Table.S) = struct
  (* One primitive of a body: [parts] are the arguments to value first, and where their rows go: row 0 of a column. *)
  type step = { run : int array -> bool; ranks : int array; from : (int * int) array; parts : part array }
  and part = { step : step; column : T.column }

  let rec value step outer =
    Array.for_all
      (fun { step; column } ->
        value step outer
        && begin
             T.put column 0;
             true
           end)
      step.parts
    && begin
         Array.iter (fun (position, argument) -> step.ranks.(position) <- outer.(argument)) step.from;
         step.run step.ranks
       end

  let rec result_of ty n = match ty with Ty.Arrow (_, b) when n > 0 -> result_of b (n - 1) | ty -> ty

  let rec strip n = function Term.Abstraction b when n > 0 -> strip (n - 1) b | body -> (n, body)

  (* The body under exactly [arity] abstractions: those that it lacks are made by applying it to their indices. *)
  let saturated arity body =
    let missing, inner = strip arity body in
    if missing = 0 then inner
    else
      let indices = List.init arity (fun i -> Term.Index (arity - 1 - i)) in
      snd (strip arity (Term.beta_normal (Term.abstractions arity (Term.apply body indices))))

  let operation entry ~arguments ~result =
    match entry with
    | Term.Primitive { name } -> T.operation name ~arguments ~result
    | Index _ | Abstraction _ | Apply _ -> raise (Higher_order "entry")
    | Invention { name = invention; body } ->
      let refuse () = raise (Higher_order invention) in
      let arity = Array.length arguments in
      let rec step term result =
        match Term.spine term with
        | Primitive { name; ty }, xs ->
          (match result_of ty (List.length xs) with Ty.Constructor _ -> () | Variable _ | Arrow _ -> refuse ());
          let given = Array.of_list (List.map argument xs) in
          let numbered = Array.to_list (Array.mapi (fun i g -> (i, g)) given) in
          {
            run = T.operation name ~arguments:(Array.map column given) ~result;
            ranks = Array.make (Array.length given) 0;
            from = Array.of_list (List.filter_map (fun (i, g) -> match g with `Outer a -> Some (i, a) | `Part _ -> None) numbered);
            parts = Array.of_list (List.filter_map (fun (_, g) -> match g with `Outer _ -> None | `Part p -> Some p) numbered);
          }
        | _ -> refuse ()
      and argument = function
        | Term.Index i when i < arity -> `Outer (arity - 1 - i)
        | term -> (
          match Term.spine term with
          | Primitive { ty }, xs ->
            let column = T.column (result_of ty (List.length xs)) in
            `Part { step = step term column; column }
          | _ -> refuse ())
      and column = function `Outer a -> arguments.(a) | `Part p -> p.column in
      (* A body that is one of its arguments has no primitive to make it. *)
      (match saturated arity (Term.beta_normal (Term.expand body)) with
      | Index _ | Abstraction _ -> refuse ()
      | body ->
        let whole = step body result in
        fun ranks -> value whole ranks)
end
