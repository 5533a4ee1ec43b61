//! What happens to links between hosts, and to packets on them.

macro_rules! happenings {
    ($(#[$doc:meta])* $Type:ident { $($(#[$each:meta])* $variant:ident = $name:literal, $words:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $Type {
            $($(#[$each])* $variant,)*
        }

        impl $Type {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [$Type] = &[$($Type::$variant),*];

            /// The event's name in JSON.
            pub const fn name(self) -> &'static str {
                match self { $($Type::$variant => $name,)* }
            }

            /// The event as traces write it.
            pub const fn words(self) -> &'static str {
                match self { $($Type::$variant => $words,)* }
            }
        }
    };
}

happenings! {
    /// What is done to a link.
    LinkVerb {
        /// What leaves is lost from now on.
        Cuts = "link_cut", "cuts";
        /// It is not any more.
        Heals = "link_healed", "heals";
        /// What leaves is kept from now on.
        Holds = "link_held", "holds";
        /// What was kept leaves.
        Releases = "link_released", "releases";
        /// What leaves is late for a while.
        Clogs = "link_clogged", "clogs";
        /// It has another latency, loss, and so on.
        Changes = "link_changed", "changes";
    }
}

happenings! {
    /// What becomes of a packet that does not simply arrive.
    PacketFate {
        /// It is lost by chance.
        Lost = "packet_lost", "is lost";
        /// It is lost because its link is cut.
        Cut = "packet_cut", "is lost: the link is cut";
        /// It will arrive twice.
        Doubled = "packet_doubled", "will arrive twice";
        /// It will arrive late, so that others overtake it.
        Late = "packet_late", "will be late";
        /// It will arrive in two parts.
        Split = "packet_split", "will arrive in two parts";
    }
}
