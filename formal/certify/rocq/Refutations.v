(* That constraints on polynomials contradict one another: a checker of certificates, which is proved right here, once.

   A proof file states what it knows of polynomials as a lemma, and gives the certificate as data. `certified` has Rocq compute
   that the checker accepts it, instead of proving step by step. The rules are those of the kernel that wrote the certificate:
   derive (c h = s + z with c positive, s a sum of products that are not negative, z zero), absurd, splits, cases, and apply, for
   facts that contradict one another by a lemma of the certificate. *)

From Coq Require Import Reals Lra ZArith QArith Qreals Ring_polynom Ring_theory RealField List.
Import ListNotations.
Open Scope R_scope.

(* Polynomials as they are written; the variables are places of an environment *)

Inductive term :=
  | Num (z : Z) | Quo (z : Z) (d : positive) | Var (i : positive) | Over (a : term) (d : positive)
  | Add (a b : term) | Sub (a b : term) | Mul (a b : term) | Opp (a : term) | Pow (a : term) (n : N).

Declare Scope term_scope.
Bind Scope term_scope with term.
Infix "+" := Add : term_scope.
Infix "-" := Sub : term_scope.
Infix "*" := Mul : term_scope.
Notation "- a" := (Opp a) : term_scope.
Notation "a ^ n" := (Pow a n) : term_scope.
Notation "a / b" := (Quo a b) : term_scope.
Definition number (i : Number.int) : term := Num (Z.of_num_int i).
Definition digits (t : term) : option Number.int := match t with Num z => Some (Z.to_num_int z) | _ => None end.
Number Notation term number digits : term_scope.

Fixpoint value (e : list R) (t : term) : R :=
  match t with
  | Num z => IZR z
  | Quo z d => IZR z / IZR (Zpos d)
  | Var i => BinList.nth 0 i e
  | Over a d => value e a / IZR (Zpos d)
  | Add a b => value e a + value e b
  | Sub a b => value e a - value e b
  | Mul a b => value e a * value e b
  | Opp a => - value e a
  | Pow a n => value e a ^ N.to_nat n
  end.

(* The normal form of a polynomial, with rational coefficients: that of ring *)

Definition q_add (p q : Q) : Q :=
  match Qden p, Qden q with
  | 1%positive, 1%positive => Qmake (Qnum p + Qnum q) 1
  | _, _ => Qred (p + q)
  end.
Definition q_mul (p q : Q) : Q :=
  match Qden p, Qden q with
  | 1%positive, 1%positive => Qmake (Qnum p * Qnum q) 1
  | _, _ => Qred (p * q)
  end.
Definition q_sub (p q : Q) : Q := q_add p (- q).

Lemma Q2R_red q : Q2R (Qred q) = Q2R q.
Proof. apply Qeq_eqR, Qred_correct. Qed.

Lemma Q2R_add p q : Q2R (q_add p q) = Q2R p + Q2R q.
Proof.
  rewrite <- Q2R_plus. unfold q_add. destruct p as [a [b | b |]], q as [c [d | d |]]; cbn [Qden Qnum]; try apply Q2R_red.
  apply Qeq_eqR. unfold Qeq, Qplus. cbn [Qden Qnum]. rewrite !Z.mul_1_r. reflexivity.
Qed.

Lemma Q2R_mul p q : Q2R (q_mul p q) = Q2R p * Q2R q.
Proof.
  rewrite <- Q2R_mult. unfold q_mul. destruct p as [a [b | b |]], q as [c [d | d |]]; cbn [Qden Qnum]; try apply Q2R_red.
  reflexivity.
Qed.

Lemma Q2R_Z z : Q2R (Qmake z 1) = IZR z.
Proof. unfold Q2R. cbn [Qden Qnum]. field. Qed.

Lemma q_morphism : ring_morph 0 1 Rplus Rmult Rminus Ropp eq 0%Q 1%Q q_add q_mul q_sub Qopp Qeq_bool Q2R.
Proof.
  split; try exact (Q2R_Z _).
  - exact Q2R_add.
  - intros p q. unfold q_sub. rewrite Q2R_add, Q2R_opp. reflexivity.
  - exact Q2R_mul.
  - exact Q2R_opp.
  - intros p q E. apply Qeq_eqR, Qeq_bool_eq, E.
Qed.

Fixpoint expression (t : term) : PExpr Q :=
  match t with
  | Num z => PEc (Qmake z 1)
  | Quo z d => PEc (Qmake z d)
  | Var i => PEX Q i
  | Over a d => PEmul (expression a) (PEc (Qmake 1 d))
  | Add a b => PEadd (expression a) (expression b)
  | Sub a b => PEsub (expression a) (expression b)
  | Mul a b => PEmul (expression a) (expression b)
  | Opp a => PEopp (expression a)
  | Pow a n => PEpow (expression a) n
  end.

Definition evaluated := PEeval 0 1 Rplus Rmult Rminus Ropp Q2R N.to_nat pow.

Lemma expression_value e t : evaluated e (expression t) = value e t.
Proof.
  induction t; cbn in *; rewrite ?IHt, ?IHt1, ?IHt2; try reflexivity.
  - apply Q2R_Z.
  - unfold Q2R, Rdiv. cbn [Qnum Qden]. ring.
Qed.

Definition normal (t : term) : Pol Q :=
  norm_aux 0%Q 1%Q q_add q_mul q_sub Qopp Qeq_bool (expression t).

Definition same (a b : term) : bool := Peq Qeq_bool (normal a) (normal b).

Lemma same_value {a b : term} (e : list R) : same a b = true -> value e a = value e b.
Proof.
  intro E. pose (ring := Rth_ARth Rset Rext RTheory).
  rewrite <- !expression_value. unfold evaluated.
  rewrite !(norm_aux_spec Rset Rext ring q_morphism R_power_theory).
  apply (Peq_ok Rset Rext q_morphism), E.
Qed.

(* Identities of polynomials over the reals: `identity` reads both sides as terms, and computes. *)

From Ltac2 Require Import Ltac2.
From Ltac2 Require Import Constr.
Set Default Proof Mode "Classic".

Ltac2 apply_to (f : constr) (args : constr list) := Unsafe.make (Unsafe.App f (Array.of_list args)).

Ltac2 rec place (x : constr) (env : constr list) (n : constr) : constr option :=
  match env with
  | [] => None
  | y :: rest => if Constr.equal x y then Some n else place x rest (apply_to constr:(Pos.succ) [n])
  end.

Ltac2 rec read (env : constr list ref) (t : constr) : constr :=
  let app := apply_to in
  let atom () :=
    match place t (env.(contents)) constr:(1%positive) with
    | Some n => app constr:(Var) [n]
    | None =>
        env.(contents) := List.append (env.(contents)) [t];
        app constr:(Var) [Option.get (place t (env.(contents)) constr:(1%positive))]
    end in
  match Unsafe.kind t with
  | Unsafe.App f args =>
      let arg i := Array.get args i in
      let binary c := app c [read env (arg 0); read env (arg 1)] in
      if Constr.equal f constr:(Rplus) then binary constr:(Add)
      else if Constr.equal f constr:(Rminus) then binary constr:(Sub)
      else if Constr.equal f constr:(Rmult) then binary constr:(Mul)
      else if Constr.equal f constr:(Ropp) then app constr:(Opp) [read env (arg 0)]
      else if Constr.equal f constr:(IZR) then app constr:(Num) [arg 0]
      else if Constr.equal f constr:(pow) then app constr:(Pow) [read env (arg 0); app constr:(N.of_nat) [arg 1]]
      else if Constr.equal f constr:(Rdiv) then
        lazy_match! arg 1 with
        | IZR (Zpos ?d) => app constr:(Over) [read env (arg 0); d]
        | _ => atom ()
        end
      else atom ()
  | _ => atom ()
  end.

Ltac2 rec environment (env : constr list) : constr :=
  match env with
  | [] => constr:(@nil R)
  | x :: rest => apply_to constr:(@cons R) [x; environment rest]
  end.

Ltac2 identity () :=
  lazy_match! goal with
  | [ |- ?a = ?b ] =>
      let env := { contents := [] } in
      let s := read env a in
      let t := read env b in
      let e := environment (env.(contents)) in
      Std.exact_no_check
        (apply_to constr:(@same_value) [s; t; e; constr:(@eq_refl bool true <: same $s $t = true)])
  end.

Ltac identity := ltac2:(Control.enter identity).

(* What a certificate speaks of: comparisons with 0 under conjunctions and disjunctions *)

Inductive relation := Gt | Ge | Eq | Ne.

Definition compared (r : relation) (x : R) : Prop :=
  match r with Gt => 0 < x | Ge => 0 <= x | Eq => x = 0 | Ne => x <> 0 end.

Inductive fact := At (r : relation) (t : term) | Yes | No | And (a b : fact) | Or (a b : fact).

Fixpoint holds (e : list R) (f : fact) : Prop :=
  match f with
  | At r t => compared r (value e t)
  | Yes => True
  | No => False
  | And a b => holds e a /\ holds e b
  | Or a b => holds e a \/ holds e b
  end.

(* Facts under their numbers: F3 is the pair of 3 and what it says, D0 that of 0 and a disjunction *)

Record facts := Facts { comparisons : list (N * (relation * term)); disjunctions : list (N * fact) }.

Definition known (e : list R) (k : facts) : Prop :=
  Forall (fun f => compared (fst (snd f)) (value e (snd (snd f)))) (comparisons k)
  /\ Forall (fun d => holds e (snd d)) (disjunctions k).

Fixpoint found {A : Type} (n : N) (l : list (N * A)) : option A :=
  match l with
  | [] => None
  | (m, a) :: rest => if N.eqb m n then Some a else found n rest
  end.

Lemma found_in {A : Type} (P : A -> Prop) n l a : Forall (fun x => P (snd x)) l -> found n l = Some a -> P a.
Proof.
  induction 1 as [| [m b] rest B _ IH]; cbn [found]; [discriminate |].
  destruct (N.eqb m n); [intros [= ->]; exact B | exact IH].
Qed.

(* Products of facts that are not negative, and whether they are positive *)

Definition factor (k : facts) (n : N) : option (term * bool) :=
  match found n (comparisons k) with
  | Some (Gt, t) => Some (t, true)
  | Some (Ge, t) => Some (t, false)
  | Some (Ne, t) => Some (Mul t t, true)
  | _ => None
  end.

Definition signed (e : list R) (p : term * bool) : Prop :=
  0 <= value e (fst p) /\ (snd p = true -> 0 < value e (fst p)).

Lemma factor_signed e k n p : known e k -> factor k n = Some p -> signed e p.
Proof.
  intros [K _]. unfold factor. destruct (found n (comparisons k)) as [[r t] |] eqn:F; [| discriminate].
  pose proof (found_in (fun f => compared (fst f) (value e (snd f))) _ _ _ K F) as C. cbn in C.
  destruct r; intros [= <-]; unfold signed; cbn in *.
  - split; [lra | trivial].
  - split; [lra | discriminate].
  - pose proof (Rlt_0_sqr _ C) as S. unfold Rsqr in S. split; [lra | trivial].
Qed.

Fixpoint product (k : facts) (start : term * bool) (l : list N) : option (term * bool) :=
  match l with
  | [] => Some start
  | n :: rest =>
      match factor k n with
      | Some (t, strict) => product k (Mul (fst start) t, andb (snd start) strict) rest
      | None => None
      end
  end.

Lemma product_signed e k l : known e k -> forall start p, signed e start -> product k start l = Some p -> signed e p.
Proof.
  intro K. induction l as [| n rest IH]; cbn [product]; intros start p S; [intros [= <-]; exact S |].
  destruct (factor k n) as [[t strict] |] eqn:F; [| discriminate].
  intro E. refine (IH _ _ _ E). pose proof (factor_signed _ _ _ _ K F) as [T1 T2]. destruct S as [S1 S2].
  unfold signed. cbn [fst snd value]. cbn [fst snd] in T1, T2. split; [apply Rmult_le_pos; assumption |].
  destruct (snd start), strict; cbn; try discriminate. intros _. apply Rmult_lt_0_compat; auto.
Qed.

(* Sums of such products with positive coefficients, and of equations with multipliers *)

Inductive multiple := Multiple (m : term) (n : N).
Inductive summand :=
  | Times (n d : positive) (factors : list N)
  | Square (t : term) (n d : positive) (factors : list N).

Definition first (s : summand) : term * bool :=
  match s with
  | Times n d _ => (Quo (Zpos n) d, true)
  | Square t n d _ => (Mul (Quo (Zpos n) d) (Mul t t), false)
  end.

Definition others (s : summand) : list N :=
  match s with Times _ _ factors | Square _ _ _ factors => factors end.

Lemma first_signed e s : signed e (first s).
Proof.
  destruct s as [n d l | t n d l]; unfold signed; cbn [first fst snd value];
    assert (0 < IZR (Zpos n) / IZR (Zpos d)) by (apply Rdiv_lt_0_compat; apply IZR_lt; reflexivity).
  - split; [lra | trivial].
  - split; [| discriminate]. apply Rmult_le_pos; [lra | apply Rle_0_sqr].
Qed.

Fixpoint sum (k : facts) (l : list summand) : option (term * bool) :=
  match l with
  | [] => Some (Num 0, false)
  | s :: rest =>
      match product k (first s) (others s), sum k rest with
      | Some (t, strict), Some (u, other) => Some (Add t u, orb strict other)
      | _, _ => None
      end
  end.

Lemma sum_signed e k l p : known e k -> sum k l = Some p -> signed e p.
Proof.
  intro K. revert p. induction l as [| s rest IH]; cbn [sum]; intros p.
  - intros [= <-]. unfold signed. cbn. split; [lra | discriminate].
  - destruct (product k _ _) as [[t strict] |] eqn:P; [| discriminate].
    destruct (sum k rest) as [[u other] |]; [| discriminate]. intros [= <-].
    pose proof (product_signed _ _ _ K _ _ (first_signed e _) P) as [T1 T2]. destruct (IH _ eq_refl) as [U1 U2].
    cbn [fst snd] in T1, T2, U1, U2. unfold signed. cbn [fst snd value]. split; [lra |].
    destruct strict; cbn; intro E; [specialize (T2 eq_refl) | specialize (U2 E)]; lra.
Qed.

Fixpoint zeros (k : facts) (l : list multiple) : option term :=
  match l with
  | [] => Some (Num 0)
  | Multiple m n :: rest =>
      match found n (comparisons k), zeros k rest with
      | Some (Eq, t), Some u => Some (Add (Mul m t) u)
      | _, _ => None
      end
  end.

Lemma zeros_zero e k l t : known e k -> zeros k l = Some t -> value e t = 0.
Proof.
  intro K. revert t. induction l as [| [m n] rest IH]; cbn [zeros]; intros t.
  - intros [= <-]. reflexivity.
  - destruct (found n (comparisons k)) as [[[] u] |] eqn:F; try discriminate.
    destruct (zeros k rest) as [v |]; [| discriminate]. intros [= <-]. cbn [value].
    pose proof (found_in (fun f => compared (fst f) (value e (snd f))) _ _ _ (proj1 K) F) as C. cbn in C.
    rewrite C, (IH _ eq_refl). ring.
Qed.

(* A step: c h = s + z with c positive, z zero and s of a known sign *)

Definition follows (k : facts) (r : relation) (h : term) (c : list N) (s : list summand) (z : list multiple) : bool :=
  match product k (Num 1, true) c, sum k s, zeros k z with
  | Some (c, true), Some (s, strict), Some z =>
      andb (same (Mul c h) (Add s z)) match r with Gt => strict | Ge => true | Eq => same s (Num 0) | Ne => false end
  | _, _, _ => false
  end.

Lemma follows_holds e k r h c s z : known e k -> follows k r h c s z = true -> compared r (value e h).
Proof.
  intro K. unfold follows.
  destruct (product k (Num 1, true) c) as [[c' []] |] eqn:C; try discriminate.
  destruct (sum k s) as [[s' strict] |] eqn:S; [| discriminate].
  destruct (zeros k z) as [z' |] eqn:Z; [| discriminate].
  intros [E O]%andb_prop. apply (same_value e) in E. cbn [value] in E.
  assert (C1 : signed e (Num 1, true)) by (split; cbn; [lra | intro; lra]).
  destruct (product_signed _ _ _ K _ _ C1 C) as [_ C2]. specialize (C2 eq_refl). cbn [fst] in C2.
  destruct (sum_signed _ _ _ _ K S) as [S1 S2]. cbn [fst snd] in S1, S2.
  rewrite (zeros_zero _ _ _ _ K Z) in E. destruct r; cbn.
  - specialize (S2 O). apply (Rmult_lt_reg_l (value e c')); lra.
  - apply (Rmult_le_reg_l (value e c')); lra.
  - apply (same_value e) in O. cbn in O. apply (Rmult_eq_reg_l (value e c')); lra.
  - discriminate.
Qed.

(* Proofs that facts contradict one another *)

Inductive proof :=
  | Derive (n : N) (r : relation) (h : term) (c : list N) (s : list summand) (z : list multiple) (then_ : proof)
  | Absurd (n : N)
  | Order (t : term) (n : N) (above zero below : proof)
  | Weak (t : term) (n : N) (above below : proof)
  | Strict (t : term) (n : N) (above below : proof)
  | Zero (t : term) (n : N) (zero other : proof)
  | Cases (d n m : N) (branches : proofs)
  | Apply (l : N) (uses : list N)
with proofs := Nil | Cons (first : proof) (rest : proofs).

Scheme proof_both := Induction for proof Sort Prop with proofs_both := Induction for proofs Sort Prop.

Definition compare (k : facts) (n : N) (r : relation) (t : term) : facts :=
  Facts ((n, (r, t)) :: comparisons k) (disjunctions k).

(* Conjunctions are taken apart; n and m are the next numbers *)
Fixpoint add (f : fact) (s : facts * N * N) : facts * N * N :=
  let '(k, n, m) := s in
  match f with
  | At r t => (compare k n r t, N.succ n, m)
  | Yes => s
  | And a b => add b (add a s)
  | _ => (Facts (comparisons k) ((m, f) :: disjunctions k), n, N.succ m)
  end.

Definition false_number (r : relation) (t : term) : bool :=
  match r, normal t with
  | Gt, Pc q => Qle_bool q 0
  | Ge, Pc q => negb (Qle_bool 0 q)
  | Eq, Pc q => negb (Qeq_bool q 0)
  | Ne, Pc q => Qeq_bool q 0
  | _, _ => false
  end.

(* What the facts of a lemma say, one after the other, and whether they are known, under any numbers *)

Inductive premise := Fact (n : N) (r : relation) (t : term) | Either (n : N) (f : fact).

Fixpoint denied (e : list R) (l : list premise) : Prop :=
  match l with
  | [] => False
  | Fact _ r t :: rest => compared r (value e t) -> denied e rest
  | Either _ f :: rest => holds e f -> denied e rest
  end.

Definition alike (a b : relation * term) : bool :=
  match fst a, fst b with
  | Gt, Gt | Ge, Ge | Eq, Eq | Ne, Ne => same (snd a) (snd b)
  | _, _ => false
  end.

Lemma alike_compared e a b : alike a b = true -> compared (fst a) (value e (snd a)) -> compared (fst b) (value e (snd b)).
Proof.
  unfold alike. destruct a as [r s], b as [q t]; cbn. intros E H.
  destruct r, q; try discriminate; apply (same_value e) in E; rewrite <- E; exact H.
Qed.

Fixpoint met (k : facts) (l : list premise) (uses : list N) : bool :=
  match l, uses with
  | [], [] => true
  | Fact _ r t :: rest, n :: more =>
      match found n (comparisons k) with
      | Some a => if alike a (r, t) then met k rest more else false
      | None => false
      end
  | _, _ => false
  end.

Lemma met_false e k l uses : known e k -> met k l uses = true -> denied e l -> False.
Proof.
  intro K. revert uses. induction l as [| [n r t | n f] rest IH]; intros [| m more]; cbn [met denied]; try discriminate.
  - intros _ D. exact D.
  - destruct (found m (comparisons k)) as [a |] eqn:F; [| discriminate].
    destruct (alike a (r, t)) eqn:A; [| discriminate]. intros M D. refine (IH _ M (D _)). apply (alike_compared e a (r, t) A).
    exact (found_in (fun f => compared (fst f) (value e (snd f))) _ _ _ (proj1 K) F).
Qed.

Section Lemmas.
Variable lemmas : list (N * list premise).

Fixpoint checked (k : facts) (p : proof) : bool :=
  match p with
  | Derive n r h c s z rest => andb (follows k r h c s z) (checked (compare k n r h) rest)
  | Absurd n => match found n (comparisons k) with Some (r, t) => false_number r t | None => false end
  | Order t n a z b =>
      andb (checked (compare k n Gt t) a) (andb (checked (compare k n Eq t) z) (checked (compare k n Gt (Opp t)) b))
  | Weak t n a b => andb (checked (compare k n Ge t) a) (checked (compare k n Gt (Opp t)) b)
  | Strict t n a b => andb (checked (compare k n Gt t) a) (checked (compare k n Ge (Opp t)) b)
  | Zero t n z o => andb (checked (compare k n Eq t) z) (checked (compare k n Ne t) o)
  | Cases d n m branches => match found d (disjunctions k) with Some f => each k f n m branches | None => false end
  | Apply l uses => match found l lemmas with Some premises => met k premises uses | None => false end
  end
with each (k : facts) (f : fact) (n m : N) (branches : proofs) : bool :=
  match branches with
  | Nil => match f with No => true | _ => false end
  | Cons p Nil => checked (fst (fst (add f (k, n, m)))) p
  | Cons p rest =>
      match f with Or a b => andb (checked (fst (fst (add a (k, n, m)))) p) (each k b n m rest) | _ => false end
  end.

Lemma compare_known e k n r t : known e k -> compared r (value e t) -> known e (compare k n r t).
Proof. intros [K D] H. split; [constructor |]; assumption. Qed.

Lemma add_known e f : holds e f -> forall s, known e (fst (fst s)) -> known e (fst (fst (add f s))).
Proof.
  induction f as [r t | | | a IHa b IHb | a _ b _]; cbn [holds]; intros H [[k n] m] K; cbn [add fst].
  - apply compare_known; assumption.
  - exact K.
  - contradiction.
  - apply IHb; [tauto |]. apply IHa; tauto.
  - destruct K as [K D]. split; [exact K | constructor; assumption].
Qed.

Lemma constant_value e t q : normal t = Pc q -> value e t = Q2R q.
Proof.
  intro E. rewrite <- expression_value. unfold evaluated.
  rewrite (norm_aux_spec Rset Rext (Rth_ARth Rset Rext RTheory) q_morphism R_power_theory).
  unfold normal in E. rewrite E. reflexivity.
Qed.

Lemma false_number_false e r t : false_number r t = true -> compared r (value e t) -> False.
Proof.
  assert (O : Q2R 0 = 0) by exact (Q2R_Z 0).
  unfold false_number. destruct r, (normal t) as [q | |] eqn:N; try discriminate; rewrite (constant_value e _ _ N);
    cbn [compared]; rewrite ?Bool.negb_true_iff; intros E H.
  - apply Qle_bool_iff, Qle_Rle in E. rewrite O in E. lra.
  - rewrite <- O in H. apply Rle_Qle, Qle_bool_iff in H. congruence.
  - rewrite <- O in H. apply eqR_Qeq, Qeq_eq_bool in H. congruence.
  - apply Qeq_bool_eq, Qeq_eqR in E. rewrite O in E. auto.
Qed.

Definition shown (e : list R) : Prop := Forall (fun l => denied e (snd l)) lemmas.

Lemma checked_false e p : shown e -> forall k, known e k -> checked k p = true -> False.
Proof.
  intro S. refine (proof_both
    (fun p => forall k, known e k -> checked k p = true -> False)
    (fun l => forall k f n m, known e k -> holds e f -> each k f n m l = true -> False) _ _ _ _ _ _ _ _ _ _ p);
    clear p; cbn [checked].
  - intros n r h c s z p IH k K [F C]%andb_prop. refine (IH _ _ C). apply compare_known; [exact K |].
    exact (follows_holds _ _ _ _ _ _ _ K F).
  - intros n k [K _] C. destruct (found n (comparisons k)) as [[r t] |] eqn:F; [| discriminate].
    refine (false_number_false e r t C _).
    exact (found_in (fun f => compared (fst f) (value e (snd f))) _ _ _ K F).
  - intros t n a A z Z b B k K [C [D E]%andb_prop]%andb_prop.
    destruct (Rtotal_order 0 (value e t)) as [H | [H | H]].
    + refine (A _ _ C). apply compare_known; cbn; [exact K | lra].
    + refine (Z _ _ D). apply compare_known; cbn; [exact K | lra].
    + refine (B _ _ E). apply compare_known; cbn; [exact K | lra].
  - intros t n a A b B k K [C D]%andb_prop. destruct (Rle_lt_dec 0 (value e t)) as [H | H].
    + refine (A _ _ C). apply compare_known; cbn; [exact K | lra].
    + refine (B _ _ D). apply compare_known; cbn; [exact K | lra].
  - intros t n a A b B k K [C D]%andb_prop. destruct (Rlt_le_dec 0 (value e t)) as [H | H].
    + refine (A _ _ C). apply compare_known; cbn; [exact K | lra].
    + refine (B _ _ D). apply compare_known; cbn; [exact K | lra].
  - intros t n z Z o O k K [C D]%andb_prop. destruct (Req_dec (value e t) 0) as [H | H].
    + refine (Z _ _ C). apply compare_known; cbn; [exact K | lra].
    + refine (O _ _ D). apply compare_known; cbn; [exact K | lra].
  - intros d n m l IH k K C. destruct (found d (disjunctions k)) as [f |] eqn:F; [| discriminate].
    refine (IH _ f _ _ K _ C). exact (found_in (holds e) _ _ _ (proj2 K) F).
  - intros l uses k K. destruct (found l lemmas) as [premises |] eqn:F; [| discriminate].
    intro M. exact (met_false _ _ _ _ K M (found_in (denied e) _ _ _ S F)).
  - intros k f n m K H. cbn [each]. destruct f; try discriminate. contradiction.
  - intros p P rest IH k f n m K H. cbn [each]. destruct rest as [| q rest].
    + intro C. refine (P _ _ C). apply add_known; assumption.
    + destruct f as [| | | | a b]; try discriminate. intros [C D]%andb_prop. destruct H as [H | H].
      * refine (P _ _ C). apply add_known; assumption.
      * exact (IH _ _ _ _ K H D).
Qed.

Fixpoint taken (k : facts) (l : list premise) : facts :=
  match l with
  | [] => k
  | Fact n r t :: rest => taken (compare k n r t) rest
  | Either n f :: rest => taken (Facts (comparisons k) ((n, f) :: disjunctions k)) rest
  end.

Lemma taken_denied e l p : shown e -> forall k, known e k -> checked (taken k l) p = true -> denied e l.
Proof.
  intro S. induction l as [| [n r t | n f] rest IH]; cbn [taken denied]; intros k K C.
  - exact (checked_false _ _ S _ K C).
  - intro H. refine (IH _ _ C). apply compare_known; assumption.
  - intro H. refine (IH _ _ C). destruct K as [K D]. split; [exact K | constructor; assumption].
Qed.

Definition refuted (l : list premise) (p : proof) : bool := checked (taken (Facts [] []) l) p.

Lemma refuted_denied e l p : shown e -> refuted l p = true -> denied e l.
Proof. intro S. apply (taken_denied _ _ _ S). split; constructor. Qed.

End Lemmas.

(* Each lemma is proved by means of those before it *)

Inductive lemma := Shown (l : N) (premises : list premise) (refutation : proof).
Record certificate := Certificate { shared : list lemma; premises : list premise; refutation : proof }.

Fixpoint proved (known : list (N * list premise)) (l : list lemma) (c : certificate) : bool :=
  match l with
  | [] => refuted known (premises c) (refutation c)
  | Shown n about p :: rest => if refuted known about p then proved ((n, about) :: known) rest c else false
  end.

Lemma proved_denied e c l : forall known, shown known e -> proved known l c = true -> denied e (premises c).
Proof.
  induction l as [| [n about p] rest IH]; cbn [proved]; intros known S C.
  - exact (refuted_denied _ _ _ _ S C).
  - destruct (refuted known about p) eqn:P; [| discriminate]. refine (IH _ _ C).
    constructor; [exact (refuted_denied _ _ _ _ S P) | exact S].
Qed.

Definition accepted (c : certificate) : bool := proved [] (shared c) c.

Theorem contradiction (e : list R) (c : certificate) : accepted c = true -> denied e (premises c).
Proof. apply proved_denied. constructor. Qed.

Ltac certified e c := exact_no_check (contradiction e c (@eq_refl bool true <: accepted c = true)).
