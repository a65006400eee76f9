open Lambda
open Grammar
open Support

let redexes = Domains.Graph_equations.redexes
let grammar ?redexes dsl = Pcfg.make ?redexes dsl (Dsl.request dsl)

let rec body n = function Term.Abstraction b -> body (n + 1) b | b -> (n, b)

(* What the left side of [r] has to be applied to, to give [t]. *)
let parameters (r : Redex.t) t =
  let n, left = body 0 r.left in
  let found = Array.make n t in
  let rec matches l t =
    match (l, t) with
    | Term.Index i, _ -> found.(n - 1 - i) <- t; true
    | Term.Apply (f, x), Term.Apply (g, y) -> matches f g && matches x y
    | _ -> Term.equal l t
  in
  if matches left t then Some (Array.to_list found) else None

let redex_here redexes t = List.find_map (fun (r : Redex.t) -> Option.map (fun xs -> (r, xs)) (parameters r t)) redexes

let is_inside (r : Redex.t) = r.place <> Start
let rewrite (r : Redex.t) xs = Term.beta_normal (Term.apply r.right xs)

(* Rewriting from left to right until nothing is left to rewrite. *)
let rec normal_inside t =
  let head, xs = Term.spine t in
  let t = Term.apply head (List.map normal_inside xs) in
  match redex_here (List.filter is_inside redexes) t with
  | Some (r, xs) -> normal_inside (rewrite r xs)
  | None -> t

let rec has_redex_inside redexes t =
  redex_here (List.filter is_inside redexes) t <> None || List.exists (has_redex_inside redexes) (snd (Term.spine t))

let has_redex redexes t = redex_here redexes t <> None || has_redex_inside redexes t

let normal t =
  let rec start t =
    match redex_here (List.filter (fun r -> not (is_inside r)) redexes) t with
    | Some (r, xs) -> start (normal_inside (rewrite r xs))
    | None -> t
  in
  start (normal_inside t)

(* Every program of the nonterminal with exactly [size] primitives as written. *)
let programs_of_size g =
  let known = Hashtbl.create 64 in
  let entries = Dsl.entries (Pcfg.dsl g) in
  let rec programs nonterminal size =
    match Hashtbl.find_opt known (nonterminal, size) with
    | Some ts -> ts
    | None ->
      let ts =
        List.concat_map
          (fun (p : Pcfg.production) ->
            List.map (Term.apply entries.(p.entry).term) (arguments (Array.to_list p.arguments) (size - 1)))
          (Array.to_list (Pcfg.productions g).(nonterminal))
      in
      Hashtbl.add known (nonterminal, size) ts;
      ts
  and arguments nonterminals size =
    match nonterminals with
    | [] -> if size = 0 then [ [] ] else []
    | a :: rest ->
      List.concat_map
        (fun n -> List.concat_map (fun x -> List.map (fun xs -> x :: xs) (arguments rest (size - n))) (programs a n))
        (List.init (max 0 size) succ)
  in
  programs (Pcfg.start g)

module G = (val Domains.Graph_domain.make ())

module Evaluate = Search.Evaluate.Make (G)

let output t = G.run (Evaluate.value t)

(* What a run shows of the last state: the graph, ids and ports too. *)
let shown t = Option.map (fun g -> Domains.Construction.(nodes g, edges g)) (output t)

let change names t = List.fold_right (fun name t -> Term.Apply (read graph_dsl name, t)) names t

(* Drawn programs rarely build anything, and rarely show where they end: some begin and end like these. *)
let openings =
  [
    [];
    [ "push"; "add" ];
    [ "push"; "add"; "push" ];
    [ "push"; "add"; "connect" ];
    [ "push"; "add"; "connect"; "pop" ];
    [ "push"; "add"; "connect"; "push"; "add" ];
    [ "push"; "add"; "connect"; "next_port"; "push"; "add"; "connect"; "move" ];
  ]

let closings =
  [
    [];
    [ "connect" ];
    [ "pop"; "connect" ];
    [ "push"; "add"; "connect" ];
    [ "connect"; "push"; "add"; "connect" ];
    [ "pop"; "pop"; "push"; "add"; "connect" ];
    [ "connect"; "move"; "push"; "add"; "connect" ];
  ]

let unary = [ "next_port"; "prev_port"; "move"; "add"; "push"; "pop"; "connect" ]

(* Two programs, the same around two functions that should mean the same. *)
let around left right =
  let n, _ = body 0 left in
  let call name xs = Term.apply (read graph_dsl name) xs in
  let draw state =
    let int n = Random.State.int state n in
    let pick xs = List.nth xs (int (List.length xs)) in
    let words () = List.init (int 4) (fun _ -> pick unary) in
    let ending () = change (words () @ pick closings) (call "identity" []) in
    let drawn () = QCheck.gen (program ()) state in
    let xs = List.init n (fun _ -> if int 4 = 0 then drawn () else ending ()) in
    let opening = pick openings @ words () and a = drawn () and b = drawn () and last = ending () in
    let place = int 6 in
    let whole side =
      let here = Term.apply side xs in
      change opening
        (match place with
        | 0 -> call "func" [ here; last ]
        | 1 -> call "func" [ a; here ]
        | 2 -> call "if_positions_equal" [ here; a; b; call "add" [ b ]; last ]
        | 3 -> call "if_positions_equal" [ a; here; call "add" [ b ]; b; last ]
        | 4 -> call "if_positions_equal" [ a; b; here; here; last ]
        | _ -> here)
    in
    (whole left, whole right)
  in
  QCheck.make ~print:(fun (a, b) -> Notation.(print Stitch a ^ " and " ^ print Stitch b)) draw

let same (a, b) = shown a = shown b

let abstraction text = Notation.read_abstraction ~lookup:(Dsl.find_opt graph_dsl) text

let same_output a b =
  match (output a, output b) with
  | Some a, Some b -> G.equivalent a b
  | None, None -> true
  | Some _, None | None, Some _ -> false

let refuted left right =
  case (Printf.sprintf "%s is not %s, and that shows" left right) (fun () ->
      let inputs = around (abstraction left) (abstraction right) in
      match QCheck.Test.check_exn ~rand:(Random.State.make [| 7 |]) (QCheck.Test.make ~count:20_000 inputs same) with
      | () -> Alcotest.fail "not refuted"
      | exception QCheck.Test.Test_fail _ -> ())

let meaning =
  List.map (fun (r : Redex.t) -> property ~count:2000 r.equation (around r.left r.right) same) (List.filter is_inside redexes)
  @ List.map
      (fun (r : Redex.t) ->
        property ~count:2000 r.equation (around (abstraction "#0") (abstraction "#0")) (fun (t, _) ->
            same_output (Term.Apply (r.left, t)) (Term.Apply (r.right, t))))
      (List.filter (fun r -> not (is_inside r)) redexes)
  @ [
      refuted "(move (add #0))" "(move #0)";
      refuted "(add (move #0))" "(add #0)";
      refuted "(pop (push #0))" "#0";
      refuted "(move (next_port #0))" "(next_port (move #0))";
      refuted "(connect (pop #0))" "(pop (connect #0))";
      refuted "(add (pop #0))" "(pop (add #0))";
      refuted "(push (move #0))" "(move (push #0))";
      refuted "(func #0 (next_port identity))" "(next_port (func #0 identity))";
    ]

(* A number that gets smaller, for lists of equal length lexicographically, when an equation is used. *)
let rank = function
  | "pop" -> 0
  | "next_port" | "prev_port" | "move" -> 1
  | "push" | "add" -> 2
  | _ -> 3

let rec ranks t =
  match t with
  | Term.Primitive { name } -> [ rank name ]
  | Term.Apply (f, x) -> ranks f @ ranks x
  | Term.Abstraction b -> ranks b
  | _ -> []

let uneven =
  QCheck.map (Dsl.with_weights grown_dsl) QCheck.(array_of_size (Gen.return (Dsl.size grown_dsl)) (float_range (-3.) 0.))

let rewriting =
  [
    case "every equation makes the program smaller or puts something of lower rank first" (fun () ->
        List.iter
          (fun (r : Redex.t) ->
            let size t = Term.size (snd (body 0 t)) in
            Alcotest.(check bool) r.equation true
              (size r.right < size r.left || (size r.right = size r.left && ranks r.right < ranks r.left)))
          redexes);
    property ~count:2000 "every program becomes one that the grammar keeps, no larger, with an equivalent output" (program ())
      (let kept = grammar ~redexes grown_dsl in
       fun t ->
         let t = change [ "push"; "add"; "connect"; "next_port"; "push"; "add"; "connect" ] t in
         let u = normal t in
         ignore (Inside_outside.log_likelihood kept u);
         Term.size u <= Term.size t && Term.mass u <= Term.mass t && same_output u t && same (t, normal_inside t));
    property "with weights as they were, the program costs what it cost, and what replaces a redex no more"
      (QCheck.pair uneven (program ()))
      (fun (dsl, t) ->
        let all = grammar dsl in
        let kept = Pcfg.without ~normalised:false redexes all and u = normal t in
        let likelihood g t = Inside_outside.log_likelihood g t in
        likelihood kept u = likelihood all u && likelihood all u >= likelihood all t -. 1e-9);
    property "a program of the grammar is in normal form, and one that is not is outside" (program ()) (fun t ->
        match Inside_outside.log_likelihood (grammar ~redexes grown_dsl) t with
        | _ -> Term.equal (normal t) t
        | exception Inside_outside.Outside_grammar _ -> not (Term.equal (normal t) t));
  ]

let texts ts = List.sort compare (List.map (Notation.print Stitch) ts)

(* A third of what could be a redex of a library: for the grammar it does not matter that an equation holds. *)
let some_redexes dsl =
  let primitives = List.map (fun e -> (Dsl.name e, Dsl.ty e)) (Array.to_list (Dsl.entries dsl)) in
  let rec uses = function name, Ty.Arrow (_, ty) -> (name, 0) :: List.map (fun (n, k) -> (n, k + 1)) (uses (name, ty)) | name, _ -> [ (name, 0) ] in
  let heads = List.concat_map uses primitives in
  let call name xs = if xs = [] then name else "(" ^ String.concat " " (name :: xs) ^ ")" in
  let parameters from n = List.init n (fun i -> Printf.sprintf "#%d" (from + i)) in
  let left (outer, n) (inner, m) i = call outer (parameters 0 i @ [ call inner (parameters i m) ] @ parameters (i + m) (n - i - 1)) in
  let lefts = List.concat_map (fun (_, n as outer) -> List.concat_map (fun inner -> List.init n (left outer inner)) heads) heads in
  let made make left = match make ~primitives left left with r -> Some r | exception Infer.Ill_typed _ -> None in
  List.filter_map (made Redex.make) lefts
  @ List.filter_map (fun (inner, m) -> made Redex.at_start (call inner (parameters 0 m))) heads
  |> List.filteri (fun i _ -> i mod 3 = 0)

let kept_are_those_without ~size redexes dsl =
  let all = programs_of_size (grammar dsl) in
  match grammar ~redexes dsl with
  | exception Pcfg.Nothing _ -> List.for_all (fun n -> List.for_all (has_redex redexes) (all n)) (List.init size succ)
  | g ->
    let kept = programs_of_size g in
    List.for_all (fun n -> texts (kept n) = texts (List.filter (fun t -> not (has_redex redexes t)) (all n))) (List.init size succ)

let grammars =
  [
    case "of dsl_0, the programs without a redex remain" (fun () ->
        Alcotest.(check bool) "up to 6" true (kept_are_those_without ~size:6 redexes graph_dsl));
    case "of a library with inventions too" (fun () ->
        Alcotest.(check bool) "up to 5" true (kept_are_those_without ~size:5 redexes grown_dsl));
    property ~count:100 "of any library" small_dsl (fun dsl -> kept_are_those_without ~size:4 (some_redexes dsl) dsl);
    case "a partial application is no redex, an invention hides its own" (fun () ->
        let g = grammar ~redexes grown_dsl in
        List.iter
          (fun (text, is_kept) ->
            let found = match Inside_outside.log_likelihood g (read grown_dsl text) with _ -> true | exception Inside_outside.Outside_grammar _ -> false in
            Alcotest.(check bool) text is_kept found)
          [
            ("(fn_1 (func identity))", true);
            ("(push (fn_1 push))", true);
            ("(prev_port (fn_1 push))", false);
            ("(func identity (fn_1 push))", false);
            ("(fn_0 (push (pop identity)))", false);
            ("(fn_1 (if_positions_equal identity (add (add identity)) identity identity))", false);
          ]);
  ]

(* The first program of each graph up to isomorphism. *)
let graphs programs sizes =
  let found = Hashtbl.create 64 in
  List.iter
    (fun size ->
      List.iter
        (fun t ->
          match output t with
          | None -> ()
          | Some o ->
            let key = G.key o in
            if not (List.exists (G.equivalent o) (Hashtbl.find_all found key)) then Hashtbl.add found key (G.keep o))
        (programs size))
    sizes;
  found

let same_graphs dsl ~size =
  let sizes = List.init size succ in
  let all = graphs (programs_of_size (grammar dsl)) sizes in
  let kept = graphs (programs_of_size (grammar ~redexes dsl)) sizes in
  Alcotest.(check bool) "there are some" true (Hashtbl.length all > 1);
  Alcotest.(check int) "as many" (Hashtbl.length all) (Hashtbl.length kept);
  Hashtbl.iter
    (fun key o -> Alcotest.(check bool) "found too" true (List.exists (G.equivalent o) (Hashtbl.find_all kept key)))
    all

let nothing_lost =
  [
    case "of dsl_0, every graph of programs up to size 7 is found" (fun () -> same_graphs graph_dsl ~size:7);
    case "of a library with inventions, up to size 5" (fun () -> same_graphs grown_dsl ~size:5);
    case "how many programs remain" (fun () ->
        let counts g = List.init 7 (fun i -> List.length (programs_of_size g (i + 1))) in
        Alcotest.(check (list int)) "all" [ 1; 7; 50; 364; 2697; 20308; 155181 ] (counts (grammar graph_dsl));
        Alcotest.(check (list int)) "kept" [ 1; 1; 3; 19; 147; 1032; 6835 ] (counts (grammar ~redexes graph_dsl)));
  ]

let refused name left right =
  case name (fun () ->
      match Redex.make ~primitives:Domains.Graph_domain.primitives left right with
      | _ -> Alcotest.fail "made"
      | exception (Invalid_argument _ | Infer.Ill_typed _) -> ())

let statements =
  [
    refused "a larger right side" "(move (move #0))" "(move (add (pop #0)))";
    refused "another primitive" "(move (move #0))" "(add #0)";
    refused "a parameter twice" "(func (push #0) #1)" "(func #0 #0)";
    refused "three primitives" "(move (move (move #0)))" "(move #0)";
    refused "parameters only" "(push #0)" "#0";
    refused "another type" "(func identity #0)" "(func #0)";
    refused "a parameter on the right only" "(push (pop #0))" "#1";
    case "the first primitive of a whole program is alone on the left" (fun () ->
        match Redex.at_start ~primitives:Domains.Graph_domain.primitives "(push (pop #0))" "#0" with
        | _ -> Alcotest.fail "made"
        | exception Invalid_argument _ -> ());
    case "a parameter may be dropped" (fun () ->
        let r = Redex.make ~primitives:Domains.Graph_domain.primitives "(func #0 (push #1))" "(push #0)" in
        let x = read graph_dsl "(add identity)" and y = read graph_dsl "identity" in
        Alcotest.(check string) "first" "(push (add identity))" Notation.(print Stitch (Term.beta_normal (Term.apply r.right [ x; y ]))));
  ]

let () =
  Alcotest.run "equations"
    [
      ("meaning", meaning);
      ("rewriting", rewriting);
      ("grammars", grammars);
      ("nothing lost", nothing_lost);
      ("statements", statements);
    ]
