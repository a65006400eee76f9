open Lambda
open Grammar
open Support

let original = read graph_dsl "(push (add (connect (push (add (connect identity))))))"
let grown = Rewrite.Incorporate.inventions graph_dsl [ ("fn_0", "(push (add (connect #0)))") ]

let grammar = Pcfg.make grown (Dsl.request grown)

let graph t =
  let (module G) = Domains.Graph_domain.make () in
  let module Evaluate = Search.Evaluate.Make (G) in
  Option.map Domains.Construction.edges (G.run (Evaluate.value t))

let same_output t = graph t = graph original
let rewrite ?(same_output = same_output) text = Rewrite.Incorporate.rewriting grammar ~original ~same_output text

let taken text =
  case ("taken: " ^ text) (fun () ->
      match rewrite text with
      | Ok t -> Alcotest.(check string) "text" text (Notation.print Stitch t)
      | Error reason -> Alcotest.fail reason)

let refused ?same_output why text =
  case ("refused, " ^ why ^ ": " ^ text) (fun () ->
      match rewrite ?same_output text with Ok _ -> Alcotest.fail "taken" | Error _ -> ())

let rewritings =
  [
    taken "(fn_0 (fn_0 identity))";
    taken "(fn_0 (push (add (connect identity))))";
    taken "(push (add (connect (push (add (connect identity))))))";
    refused "another program" "(fn_0 identity)";
    refused "the same graph from another program" "(func identity (fn_0 (fn_0 identity)))";
    refused "ill-typed" "(fn_0 fn_0)";
    refused "a partial application" "fn_0";
    refused "an abstraction" "(fn_0 ((lam $0) (fn_0 identity)))";
    refused "an invention that the library does not have" "({zz}(lam (push (add (connect $0)))) (fn_0 identity))";
    refused "no such primitive" "(fn_1 identity)";
    refused "no program" "(fn_0 (fn_0 identity)";
    refused ~same_output:(fun _ -> false) "another output" "(fn_0 (fn_0 identity))";
  ]

(* What could pass for the original by less than its proof: those that say nothing else build the same graph. *)
let nearly =
  let original = read graph_dsl "(push (add (connect (next_port (push (add (connect identity)))))))" in
  let over ~step_limit bodies text =
    let dsl = Rewrite.Incorporate.inventions graph_dsl bodies in
    let (module G) = Domains.Graph_domain.make ~step_limit () in
    let module Evaluate = Search.Evaluate.Make (G) in
    let same_output t =
      match G.run (Evaluate.value t) with
      | Some g -> Some (Domains.Construction.edges g) = graph original
      | None | (exception G.Step_limit) -> false
    in
    Rewrite.Incorporate.rewriting (Pcfg.make dsl (Dsl.request dsl)) ~original ~same_output text
  in
  let check name expected ?(step_limit = 1_000_000) bodies text =
    case name (fun () ->
        let found = match over ~step_limit bodies text with Ok _ -> "taken" | Error reason -> reason in
        Alcotest.(check string) "verdict" expected found)
  in
  let grow = ("fn_0", "(push (add (connect #0)))") in
  let doubling combine n = List.init n (fun i -> (Printf.sprintf "fn_%d" (i + 1), combine (Printf.sprintf "fn_%d" i))) in
  let rec tower n name t = if n = 0 then t else Printf.sprintf "(%s %s)" name (tower (n - 1) name t) in
  [
    check "the original" "taken" [ grow ] "(fn_0 (next_port (fn_0 identity)))";
    check "equal up to eta only" "it expands to another program"
      [ ("fn_0", "(lam (push (add (connect (next_port (push (add (connect identity)))))) $0))") ] "fn_0";
    check "the same graph in more steps" "it expands to another program" [ grow ] "(fn_0 (next_port (fn_0 (pop identity))))";
    check "an expansion of more than a million primitives" "it reduces for too long"
      (("fn_0", "(push #0)") :: doubling (fun f -> Printf.sprintf "(%s (%s #0))" f f) 18) (tower 4 "fn_18" "identity");
    check "a normal form that is too large" "it reduces for too long"
      [ ("fn_0", "(func #0 (func #0 (func #0 (func #0 #0))))") ] (tower 12 "fn_0" "(push identity)");
    check "more steps than an evaluation may take" "it gives another output" ~step_limit:5 [ grow ]
      "(fn_0 (next_port (fn_0 identity)))";
  ]

(* The same terms with every invention under another name. *)
let rec renamed = function
  | (Term.Primitive _ | Index _) as t -> t
  | Invention { name; ty; body } -> Invention { name = "x" ^ name; ty; body = renamed body }
  | Abstraction b -> Abstraction (renamed b)
  | Apply (f, x) -> Apply (renamed f, renamed x)

let abstracted t =
  let rec go = function
    | Term.Primitive { name = "identity" } -> Term.Index 0
    | Apply (f, x) -> Apply (f, go x)
    | t -> t
  in
  Term.Abstraction (go t)

let stable_names =
  let name = Rewrite.Canonical.stable_name in
  let body = QCheck.map abstracted (program ()) in
  [
    property "expanded, reduced or renamed: the same name" body (fun t ->
        name t = name (Term.expand t) && name t = name (Rewrite.Canonical.normal t) && name t = name (renamed t));
    case "with arguments that are only handed on: the same name" (fun () ->
        let read = read graph_dsl in
        let same a b = Alcotest.(check string) a (name (read a)) (name (read b)) in
        same "push" "(lam (push $0))";
        same "func" "(lam (lam (func $1 $0)))";
        same "(lam (func (add $0)))" "(lam (lam (func (add $1) $0)))";
        Alcotest.(check bool) "handed on twice" false (name (read "(func identity)") = name (read "(lam (func $0 $0))")));
    property "under an abstraction that is applied: the same name" body (fun t ->
        name (Term.Apply (Abstraction (Index 0), t)) = name t);
    property ~count:2000 "equal names for equal normal forms only" (QCheck.pair body body) (fun (s, t) ->
        Term.equal (Rewrite.Canonical.normal s) (Rewrite.Canonical.normal t) = (name s = name t));
    case "a small term with a large normal form is not reduced to its end" (fun () ->
        let rec repeated n f t = if n = 0 then t else Term.Apply (f, repeated (n - 1) f t) in
        let identity = read graph_dsl "identity" in
        let copies = Term.Abstraction (repeated 1_000 (Term.Apply (read graph_dsl "func", Index 0)) identity) in
        match name (Term.Apply (copies, repeated 3_000 (read graph_dsl "push") identity)) with
        | _ -> Alcotest.fail "reduced"
        | exception Term.Too_large -> ());
    case "the name of a function never changes" (fun () ->
        let body = Notation.read_abstraction ~lookup:(Dsl.find_opt graph_dsl) "(push (add (connect #0)))" in
        Alcotest.(check string) "name" "dc08f239d3fee5df" (name body));
  ]

let not_added why bodies =
  case ("refused: " ^ why) (fun () ->
      match Rewrite.Incorporate.inventions graph_dsl bodies with
      | _ -> Alcotest.fail "added"
      | exception (Dsl.Invalid _ | Notation.Error _ | Infer.Ill_typed _) -> ())

let inventions =
  [
    not_added "a primitive's name" [ ("push", "(add #0)") ];
    not_added "a name twice" [ ("fn_0", "(add #0)"); ("fn_0", "(push #0)") ];
    not_added "a body over what comes later" [ ("fn_0", "(fn_1 #0)"); ("fn_1", "(push #0)") ];
    not_added "a body without a type" [ ("fn_0", "(push push)") ];
    not_added "a body that cannot be read" [ ("fn_0", "(push") ];
    not_added "a name that means an abstraction" [ ("lam", "(push #0)") ];
    not_added "a parameter inside another body" [ ("fn_0", "({x}(push #0) identity)") ];
    case "what is pruned is not there for the new bodies, nor its name" (fun () ->
        let taken = [ ("fn_0", "(pop #0)"); ("fn_1", "(fn_0 #0)") ] in
        List.iter
          (fun body ->
            match Rewrite.Incorporate.inventions ~pruned:[ "fn_0" ] grown [ body ] with
            | _ -> Alcotest.fail "added"
            | exception (Dsl.Invalid _ | Notation.Error _) -> ())
          (("fn_1", "({fn_0}(lam (push (add (connect $0)))) #0)") :: taken);
        let dsl = Rewrite.Incorporate.inventions ~pruned:[ "fn_0" ] grown [ ("fn_1", "(pop #0)") ] in
        Alcotest.(check (list string)) "names" [ "fn_1"; "identity" ]
          (List.filteri (fun i _ -> i < 2) (Array.to_list (Array.map Dsl.name (Dsl.entries dsl)))));
    not_added "bodies that double to more than a million primitives"
      (("fn_0", "(push #0)") :: List.init 20 (fun i -> (Printf.sprintf "fn_%d" (i + 1), Printf.sprintf "(fn_%d (fn_%d #0))" i i)));
    case "a result of any type leaves the grammar finite" (fun () ->
        List.iter
          (fun body ->
            let dsl = Rewrite.Incorporate.inventions graph_dsl [ ("fn_0", body) ] in
            let g = Pcfg.make dsl (Dsl.request dsl) in
            Alcotest.(check bool) body true (Array.length (Pcfg.nonterminals g) < 10))
          [ "(#0 (push identity))"; "(#0 #1)"; "(#0 (push #1))"; "(#0 (#1 identity))" ]);
    case "a function of functions is typed" (fun () ->
        let dsl = Rewrite.Incorporate.inventions graph_dsl [ ("fn_0", "(next_port (#0 identity))") ] in
        Alcotest.(check string) "type" "((graph_state -> graph_state) -> graph_state -> graph_state) -> graph_state -> graph_state"
          (Ty.to_string (Dsl.ty (Dsl.entries dsl).(0))));
  ]

(* Compression by hand: fold one occurrence of fn_0 somewhere in a program that was drawn without it. *)
let rec fold_once t =
  let head, xs = Term.spine t in
  match (Notation.print Stitch t, xs) with
  | _, [ Term.Apply (add, Term.Apply (connect, k)) ]
    when Notation.print Stitch head = "push" && Notation.print Stitch add = "add" && Notation.print Stitch connect = "connect" ->
    Some (Term.Apply (Option.get (Dsl.find_opt grown "fn_0"), k))
  | _ ->
    let rec among before = function
      | [] -> None
      | x :: rest -> (
        match fold_once x with
        | Some x -> Some (Term.apply head (List.rev_append before (x :: rest)))
        | None -> among (x :: before) rest)
    in
    among [] xs

let folding =
  let seeded =
    QCheck.map
      (fun t -> Term.Apply (read graph_dsl "push", Term.Apply (read graph_dsl "add", Term.Apply (read graph_dsl "connect", t))))
      (program ~dsl:graph_dsl ())
  in
  property "a true rewriting is taken, evaluates the same, and has the same stable name" seeded (fun t ->
      let rewritten = Option.get (fold_once t) in
      match
        Rewrite.Incorporate.rewriting grammar ~original:t ~same_output:(fun t' -> graph t' = graph t)
          (Notation.print Stitch rewritten)
      with
      | Ok taken -> Term.equal taken rewritten && Term.mass taken = Term.mass t && Term.size taken < Term.size t
        && Rewrite.Canonical.(stable_name taken = stable_name t)
      | Error reason -> QCheck.Test.fail_report reason)

let () =
  Alcotest.run "rewrite" [ ("rewritings", folding :: rewritings); ("nearly the same", nearly); ("stable names", stable_names); ("inventions", inventions) ]
